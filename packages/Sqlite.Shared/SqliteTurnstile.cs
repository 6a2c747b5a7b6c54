namespace Sqlite.Shared;

/// <summary>
/// The writers' lock across processes: a turnstile of two file locks. A writer takes the gate, then the lock, then leaves the gate; whoever
/// comes back at once finds the next in line holding the gate, so that nobody starves. (SQLite's own busy handler backs off blindly, and
/// four busy writers wait for seconds.) Checkpoints run under the same lock: SQLite 3.7.0 to 3.51.2 can corrupt a WAL when a checkpoint
/// and a write coincide (https://sqlite.org/wal.html#walresetbug). The kernel frees both locks when a process dies.
/// </summary>
/// <remarks>The locks are files of their own: closing a second handle on the database would drop SQLite's own (fcntl) locks.</remarks>
internal sealed class SqliteTurnstile : IDisposable
{
    private readonly IFileLock _gate;
    private readonly IFileLock _lock;

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
                $"The lock files beside {databasePath} cannot be opened for writing. Give this user write permission on them and on the "
                    + $"folder. ({error.Message})", error);
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
            _gate.Release();
        }
    }

    public void Exit() => _lock.Release();

    public void Dispose()
    {
        _gate.Dispose();
        _lock.Dispose();
    }

    private static void Take(IFileLock file, Action waiting)
    {
        if (file.TryTake())
            return;
        waiting();
        file.Take();
    }
}
