using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sqlite.Shared;

/// <summary>
/// The writers' lock across processes: a turnstile of two file locks. A writer takes the gate, then the lock, then leaves the gate; whoever
/// comes back at once finds the next in line holding the gate, so that nobody starves. (SQLite's own busy handler backs off blindly, and four
/// busy writers wait for seconds.) Checkpoints run under the same lock: SQLite 3.7.0 to 3.51.2 can corrupt a WAL when a checkpoint
/// and a write coincide (https://sqlite.org/wal.html#walresetbug). The kernel frees both locks when a process dies.
/// </summary>
/// <remarks>The locks are files of their own: closing a second handle on the database would drop SQLite's own (fcntl) locks.</remarks>
internal sealed class SqliteTurnstile : IDisposable
{
    private readonly SafeFileHandle _gate;
    private readonly SafeFileHandle _lock;

    public SqliteTurnstile(string databasePath)
    {
        try
        {
            _gate = FileLock.Open(databasePath + "-gate");
            _lock = FileLock.Open(databasePath + "-lock");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _gate?.Dispose();
            throw new SqliteFileException(SqliteFailure.ReadOnly, databasePath,
                $"The lock files beside {databasePath} cannot be opened for writing. Give this user write permission on them and on the folder. ({error.Message})", error);
        }
    }

    /// <summary>Blocks until this is the only writer.</summary>
    /// <param name="waiting">Called before blocking; not called when the way is free.</param>
    public void Enter(Action waiting)
    {
        Take(_gate, waiting);
        try
        {
            Take(_lock, waiting);
        }
        finally
        {
            FileLock.Release(_gate);
        }
    }

    public void Exit() => FileLock.Release(_lock);

    public void Dispose()
    {
        _gate.Dispose();
        _lock.Dispose();
    }

    private static void Take(SafeFileHandle handle, Action waiting)
    {
        if (FileLock.TryTake(handle))
            return;
        waiting();
        FileLock.Take(handle);
    }
}

/// <summary>flock(2). Windows twin (LockFileEx) is missing: there this throws <see cref="PlatformNotSupportedException"/>.</summary>
internal static partial class FileLock
{
    private const int Exclusive = 2, NonBlocking = 4, Unlock = 8;
    private const int ReadWrite = 2;
    private const int Interrupted = 4;
    private static readonly int CloseOnExec = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;
    private static readonly int WouldBlock = OperatingSystem.IsMacOS() ? 35 : 11;

    /// <summary>Opens a lock file, creating it when missing. No child process inherits it.</summary>
    public static SafeFileHandle Open(string path)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("The lock between processes needs flock; LockFileEx is not written yet.");
        if (!File.Exists(path))
            Create(path);
        // Not File.OpenHandle: it takes a flock of its own and fails while another process holds ours.
        var descriptor = open(path, ReadWrite | CloseOnExec);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failed("open", path);
    }

    public static bool TryTake(SafeFileHandle handle) => Lock(handle, Exclusive | NonBlocking);

    public static void Take(SafeFileHandle handle) => Lock(handle, Exclusive);

    public static void Release(SafeFileHandle handle) => Lock(handle, Unlock);

    private static bool Lock(SafeFileHandle handle, int operation)
    {
        while (flock(handle, operation) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == WouldBlock)
                return false;
            if (error != Interrupted)
                throw Failed("flock of", "the lock file");
        }
        return true;
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
