using Microsoft.Data.Sqlite;

namespace Sqlite.Shared;

/// <summary>Where a SQLite file is and how carefully it is written.</summary>
internal sealed record SqliteFileOptions
{
    /// <summary>The file; its folder must exist. Beside it appear <c>-wal</c>, <c>-shm</c>, <c>-gate</c> and <c>-lock</c>.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// True (default): a completed write has been fsynced and survives a power cut. False: <c>synchronous=NORMAL</c>, where a power cut
    /// may lose the last writes but never damages the file; a killed process loses nothing either way.
    /// </summary>
    public bool SynchronousFull { get; init; } = true;

    /// <summary>
    /// True: commits are synced on a thread of their own while the writer, and other processes, go on; a write still completes on disk
    /// only, but others may read it before. False (default): a write is on disk before anybody can read it, and with it all that was
    /// written before.
    /// </summary>
    public bool SyncBeside { get; init; }

    /// <summary>Read connections kept open at most, 1 to 64. Default 2.</summary>
    public int Readers { get; init; } = 2;

    /// <summary>
    /// How long a write waits for the writers of other processes before it fails with <see cref="SqliteFailure.Locked"/>. Default 30 s.
    /// </summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// True (default): a piece of work that throws is undone alone, whatever it had done. False saves the savepoint that this takes (a
    /// third of a small write's time), for works that throw before their first change or not at all: one that throws later fails all that
    /// share its transaction.
    /// </summary>
    public bool Savepoints { get; init; } = true;

    /// <summary>Runs on each connection when it is opened: for functions of the program's own in its statements.</summary>
    public Action<SqliteConnection>? Opened { get; init; }

    /// <summary>
    /// Runs on the writer thread just before each COMMIT, in the transaction: for counts that are kept in memory while a group runs.
    /// </summary>
    public Action<SqliteConnection>? Committing { get; init; }

    /// <summary>
    /// Runs on the writer thread just after each COMMIT, which may not be on disk yet: for telling others that something changed. Must be
    /// quick and must not throw.
    /// </summary>
    public Action<SqliteConnection>? Committed { get; init; }

    /// <summary>
    /// Runs on the writer thread at every look that <see cref="SqliteFile.WatchEvery"/> asked for: true when another process has written
    /// since the last one, or may have. Must be quick and must not throw.
    /// </summary>
    public Action<bool>? Looked { get; init; }

    /// <summary>
    /// The page size of a file that is made: a power of two from 512 to 65536 bytes. Default 4096. A file that is there keeps its own.
    /// </summary>
    public int PageSize { get; init; } = 4096;

    /// <summary>Bytes written to the write-ahead log between two checkpoints. Default 8 MiB.</summary>
    public long CheckpointEvery { get; init; } = 8 << 20;

    /// <summary>How long a note of <see cref="SqliteFile.WriteAlong"/> waits for somebody's write. Default 5 s.</summary>
    public TimeSpan AlongAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the file rests before the log is emptied and free pages go back to the file system. Default 2 s.</summary>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Marks what the file holds (<c>PRAGMA application_id</c>), so that one program's database is never migrated as another's.
    /// Zero (default) checks nothing.
    /// </summary>
    public int ApplicationId { get; init; }
}
