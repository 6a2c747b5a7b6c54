using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SQLitePCL;

namespace Sqlite.Shared;

/// <summary>Puts a file's data on the disk (fdatasync(2)). Linux only.</summary>
internal interface IDataSync : IDisposable
{
    /// <summary>SQLite's result code for a file that must not be synced as if all were well; SQLITE_OK for any other.</summary>
    int Check();

    /// <returns>SQLite's result code; null when SQLite must do it.</returns>
    int? Sync();
}

/// <summary>A handle of our own, of a write-ahead log.</summary>
/// <remarks>
/// Never of the database or its -shm: closing a second handle of those would drop SQLite's own (fcntl) locks. It takes none on the log.
/// </remarks>
internal sealed class LogHandle : IDataSync
{
    /// <summary>The log is no longer the file at its path (SQLITE_IOERR_VNODE, which SQLite leaves to extensions).</summary>
    public const int Replaced = raw.SQLITE_IOERR | (27 << 8);

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly FileNode _node;

    /// <exception cref="IOException">It cannot be opened.</exception>
    public LogHandle(string path)
    {
        _path = path;
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        _node = FileNode.Of(path) ?? throw new FileNotFoundException($"{path} was deleted while it was opened.", path);
    }

    /// <summary>What is written to a log that was deleted or replaced is lost when the last handle closes.</summary>
    public int Check() => FileNode.Of(_path, otherwise: _node) == _node ? raw.SQLITE_OK : Replaced;

    public int? Sync() => DataSync.Of(_file);

    public void Dispose() => _file.Dispose();
}

/// <summary>
/// SQLite's own handle of the database, which it does not tell: any handle of the file that this process has open will do, and it is used
/// only while it is of that file, before and after. None is opened or closed.
/// </summary>
internal sealed class BorrowedHandle(string path) : IDataSync
{
    private readonly FileNode? _node = FileNode.Of(path);
    private int _descriptor = -1;

    public int Check() => raw.SQLITE_OK;

    public int? Sync()
    {
        if (_node is not { } node || (!IsOf(node, _descriptor) && (_descriptor = Find(node)) < 0))
            return null;
        using var file = new SafeFileHandle(_descriptor, ownsHandle: false);
        var result = DataSync.Of(file);
        return IsOf(node, _descriptor) ? result : null;
    }

    public void Dispose()
    {
    }

    private static int Find(FileNode node)
    {
        try
        {
            foreach (var entry in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
            {
                if (int.TryParse(Path.GetFileName(entry), NumberStyles.None, CultureInfo.InvariantCulture, out var descriptor)
                    && IsOf(node, descriptor))
                {
                    return descriptor;
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A system that does not tell.
        }

        return -1;
    }

    private static bool IsOf(FileNode node, int descriptor) => descriptor >= 0 && FileNode.Of($"/proc/self/fd/{descriptor}") == node;
}

internal static partial class DataSync
{
    private const int SyncFailed = raw.SQLITE_IOERR | (4 << 8); // SQLITE_IOERR_FSYNC

    public static int Of(SafeFileHandle file) => Fdatasync(file) == 0 ? raw.SQLITE_OK : SyncFailed;

    [LibraryImport("libc", EntryPoint = "fdatasync")]
    private static partial int Fdatasync(SafeFileHandle file);
}
