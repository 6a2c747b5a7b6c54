using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sqlite.Shared;

/// <summary>flock(2), of Linux and macOS. Its twins are <see cref="WindowsFileLock"/> and <see cref="PortableFileLock"/>.</summary>
internal sealed partial class PosixFileLock(string path) : IFileLock
{
    private const int Exclusive = 2, NonBlocking = 4, Unlock = 8;
    private const int ReadWrite = 2;
    private const int Interrupted = 4;
    private static readonly int CloseOnExec = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;
    private static readonly int WouldBlock = OperatingSystem.IsMacOS() ? 35 : 11;

    private readonly SafeFileHandle _file = Open(path);

    public bool TryTake() => Lock(Exclusive | NonBlocking);

    public void Take() => Lock(Exclusive);

    public void Release() => Lock(Unlock);

    public void Dispose() => _file.Dispose();

    private bool Lock(int operation)
    {
        while (flock(_file, operation) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == WouldBlock)
                return false;
            if (error != Interrupted)
                throw Failed("flock", path);
        }

        return true;
    }

    private static SafeFileHandle Open(string path)
    {
        if (!File.Exists(path))
            Create(path);
        // Not File.OpenHandle: it takes a flock of its own and fails while another process holds ours.
        var descriptor = open(path, ReadWrite | CloseOnExec);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failed("open", path);
    }

    private static void Create(string path)
    {
        try
        {
            File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process made it meanwhile and holds it.
        }
    }

    private static IOException Failed(string call, string path) => new($"{call} {path}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(SafeFileHandle handle, int operation);
}
