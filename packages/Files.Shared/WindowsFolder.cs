using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Files.Shared;

/// <summary>The twin of a folder's fsync on Windows. It was written from its documentation and has never run.</summary>
/// <remarks>
/// https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-createfilew (a folder is opened with "backup semantics")
/// </remarks>
internal static partial class WindowsFolder
{
    private const uint GenericWrite = 0x40000000, ShareAll = 7, OpenExisting = 3, BackupSemantics = 0x02000000;

    /// <exception cref="IOException">The folder cannot be opened or flushed.</exception>
    public static void Flush(string path)
    {
        using var folder = CreateFile(path, GenericWrite, ShareAll, 0, OpenExisting, BackupSemantics, 0);
        if (folder.IsInvalid || !FlushFileBuffers(folder))
            throw new IOException($"Cannot sync the folder {path}: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    [LibraryImport("kernel32", EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial SafeFileHandle CreateFile(
        string path, uint access, uint share, nint security, uint disposition, uint flags, nint template);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool FlushFileBuffers(SafeFileHandle file);
}
