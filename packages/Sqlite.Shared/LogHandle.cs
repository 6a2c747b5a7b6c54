using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sqlite.Shared;

/// <summary>
/// A second handle of a write-ahead log, to sync its data alone (fdatasync(2)). Linux only: on Windows SQLite's own sync is FlushFileBuffers, and
/// on macOS <c>PRAGMA fullfsync</c> makes it F_FULLFSYNC; neither has anything cheaper that is as safe.
/// </summary>
/// <remarks>Never of the database or its -shm: closing a second handle of those would drop SQLite's own (fcntl) locks. It takes none on the log.</remarks>
internal sealed partial class LogHandle : IDisposable
{
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

    public static bool Supported => OperatingSystem.IsLinux() && !Portability.Is(Portability.OnlyPortable);

    /// <summary>Whether the path still leads to this file: what is written to one that was deleted or replaced is lost when the last handle closes.</summary>
    public bool IsAtItsPath() => FileNode.Of(_path, otherwise: _node) == _node;

    /// <summary>Puts the file's data on the disk.</summary>
    public bool Sync() => Fdatasync(_file) == 0;

    public void Dispose() => _file.Dispose();

    [LibraryImport("libc", EntryPoint = "fdatasync")]
    private static partial int Fdatasync(SafeFileHandle file);
}
