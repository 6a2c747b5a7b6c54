using SQLitePCL;

namespace Sqlite.Shared;

/// <summary>
/// Moves the write-ahead log into the database, always under the turnstile. Under load it is passive and waits for nobody; a log that long
/// readers have let grow is cut as soon as they allow it; at rest the log is emptied and free pages go back to the file system.
/// </summary>
internal sealed class SqliteCheckpoint(SqliteFileConnection connection, long every)
{
    private const int PagesWritten = 9; // SQLITE_DBSTATUS_CACHE_WRITE
    private const int SpareFreePages = 1000; // kept for the next burst: giving back and growing again would wear an SD card
    private static readonly TimeSpan PatienceWithReaders = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(2);

    private readonly long _pageSize = connection.Number("PRAGMA page_size");
    private long _written;

    /// <summary>Whether there is anything to do at rest.</summary>
    public bool Due { get; private set; } = true;

    /// <summary>Call after each commit.</summary>
    public void AfterCommit()
    {
        raw.sqlite3_db_status(connection.Handle, PagesWritten, out var pages, out _, 1);
        _written += pages * _pageSize;
        Due = true;
        if (_written < every)
            return;
        _written = 0;
        // The log's file keeps its size when it starts over, so only a log that could not start over gets this long. It starts over at a
        // moment without readers, and those who follow one another without a gap never leave one: the longer the log, the longer writing
        // waits for them.
        var overgrowth = new FileInfo(connection.DataSource + "-wal") is { Exists: true, Length: var length }
            ? (int)(length / (4 * every))
            : 0;
        if (overgrowth > 0)
        {
            Run(raw.SQLITE_CHECKPOINT_TRUNCATE,
                TimeSpan.FromMilliseconds(Math.Min(overgrowth * PatienceWithReaders.TotalMilliseconds, MostPatience.TotalMilliseconds)));
        }
        else
        {
            Run(raw.SQLITE_CHECKPOINT_PASSIVE, PatienceWithReaders);
        }
    }

    /// <summary>Call when the file rests, and before closing.</summary>
    public void AtRest()
    {
        if (FreePages > SpareFreePages)
            connection.Statement("PRAGMA incremental_vacuum(2000)").Execute(); // a short turn; the next rest goes on
        _written = 0;
        var emptied = Run(raw.SQLITE_CHECKPOINT_TRUNCATE, PatienceWithReaders);
        Due = !emptied || FreePages > SpareFreePages;
    }

    /// <summary>Moves the whole log; false when a reader is in the way.</summary>
    public bool Everything() => !(Due = !Run(raw.SQLITE_CHECKPOINT_TRUNCATE, MostPatience));

    /// <summary>Call when the disk is full: a log that has been moved starts over in the space it already has.</summary>
    public void WhenFull() => Run(raw.SQLITE_CHECKPOINT_PASSIVE, PatienceWithReaders);

    private long FreePages => connection.Number("PRAGMA freelist_count");

    private bool Run(int mode, TimeSpan patience)
    {
        raw.sqlite3_busy_timeout(connection.Handle, (int)patience.TotalMilliseconds);
        connection.Log!.Moving = true;
        var result = raw.sqlite3_wal_checkpoint_v2(connection.Handle, "main", mode, out _, out _);
        connection.Log.Moving = false;
        raw.sqlite3_busy_timeout(connection.Handle, connection.DefaultTimeout * 1000);
        if (result is not (raw.SQLITE_OK or raw.SQLITE_BUSY))
            throw SqliteStatements.Error(connection.Handle!, result);
        return result == raw.SQLITE_OK;
    }
}
