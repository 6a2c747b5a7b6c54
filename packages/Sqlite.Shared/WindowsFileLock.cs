using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sqlite.Shared;

/// <summary>LockFileEx, of Windows, on the first byte of the file. It was written from its documentation and has never run.</summary>
/// <remarks>https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-lockfileex</remarks>
internal sealed partial class WindowsFileLock(string path) : IFileLock
{
    private const uint FailImmediately = 1, Exclusive = 2;
    private const int LockViolation = 33, IoPending = 997;

    // Not asynchronous: then the call itself waits.
    private readonly SafeFileHandle _file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);

    public bool TryTake() => Lock(Exclusive | FailImmediately);

    public void Take() => Lock(Exclusive);

    public void Release()
    {
        var first = default(Overlapped);
        if (!UnlockFileEx(_file, 0, 1, 0, ref first))
            throw Failed("UnlockFileEx");
    }

    public void Dispose() => _file.Dispose();

    private bool Lock(uint flags)
    {
        var first = default(Overlapped);
        if (LockFileEx(_file, flags, 0, 1, 0, ref first))
            return true;
        return Marshal.GetLastPInvokeError() is LockViolation or IoPending && (flags & FailImmediately) != 0
            ? false
            : throw Failed("LockFileEx");
    }

    private IOException Failed(string call) => new($"{call} {path}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool LockFileEx(
        SafeFileHandle file, uint flags, uint reserved, uint bytesLow, uint bytesHigh, ref Overlapped first);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool UnlockFileEx(SafeFileHandle file, uint reserved, uint bytesLow, uint bytesHigh, ref Overlapped first);

    /// <summary>OVERLAPPED: where the locked bytes begin.</summary>
    private struct Overlapped
    {
#pragma warning disable CS0649 // all zero: at the beginning of the file, without an event
        public nint Internal, InternalHigh;
        public uint Offset, OffsetHigh;
        public nint Event;
#pragma warning restore CS0649
    }
}
