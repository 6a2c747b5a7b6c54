using SQLitePCL;

namespace Sqlite.Shared;

/// <summary>One transaction for everything that waits: the cost of an fsync is shared, and each item still fails alone.</summary>
internal sealed class WriteGroup(
    SqliteFileConnection connection, LogSync? sync, SqliteFileOptions options, SqliteFilePlace place, TimeProvider time)
{
    // Whoever is in a group waits for its end, and so do other processes: it ends after this long even when more is queued. Where each
    // commit waits for the disk, that costs a sync; where it does not, shorter groups keep those busy who wait for their turn.
    private readonly TimeSpan _longest = TimeSpan.FromMilliseconds(sync is null ? 10 : 1);

    // Only a commit that is synced before it can be read waits for the disk by itself.
    private readonly bool _syncsItself = options.SynchronousFull && sync is null;
    private readonly List<WriteItem> _done = [];

    /// <summary>Whether anybody is in it, who is told how it ends. Until then the queue waits for the file itself.</summary>
    public bool Begun { get; private set; }

    /// <summary>
    /// Runs what is queued, commits it and hands it on for the sync. When the transaction fails, so does every item in it, and the error is
    /// thrown.
    /// </summary>
    public void Commit(WriteQueue queue)
    {
        var began = time.GetTimestamp();
        var durable = !_syncsItself || queue.AnyDurable;
        try
        {
            // A commit with NORMAL leaves its sync to the next one with FULL, which covers it, in order.
            if (_syncsItself)
                connection.Statement(durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL").Execute();
            Begin();
            while (time.GetElapsedTime(began) < _longest && queue.Next(durable) is { } item)
                Run(item);
            options.Committing?.Invoke(connection);
            connection.Statement("COMMIT").Execute();
            place.Check(); // before anybody is told
        }
        catch (Exception error)
        {
            Rollback();
            var failure = SqliteFileException.From(error, connection.DataSource);
            foreach (var item in _done)
                item.Failed(failure);
            throw;
        }

        var waiting = sync is null ? [] : _done.FindAll(item => item.Durable);
        if (waiting.Count > 0)
            sync!.Add(connection.Log!, waiting);
        foreach (var item in _done)
        {
            if (sync is null || !item.Durable)
                item.Committed();
        }

        options.Committed?.Invoke(connection);
    }

    private bool InTransaction => raw.sqlite3_get_autocommit(connection.Handle) == 0;

    private int Changes => raw.sqlite3_total_changes(connection.Handle);

    private void Begin() => connection.Statement("BEGIN IMMEDIATE").Execute();

    private void Run(WriteItem item)
    {
        Begun = true;
        // The first item has nothing before it to protect, and needs no savepoint.
        var first = _done.Count == 0;
        var savepoint = options.Savepoints && !first;
        if (savepoint)
            connection.Statement("SAVEPOINT item").Execute();
        var before = Changes;
        try
        {
            item.Run(connection);
        }
        catch (Exception error)
        {
            connection.ResetStatements();
            item.Failed(SqliteFileException.From(error, connection.DataSource));
            if (!first && (!InTransaction || (!savepoint && Changes != before)))
                throw; // SQLite gave up the whole transaction (disk full, I/O error), or nothing but that can undo it.
            if (first || savepoint)
                Undo(first);
            return;
        }

        _done.Add(item);
        if (!InTransaction)
        {
            throw new InvalidOperationException(
                "A write ended the transaction that it shares with others. Leave BEGIN, COMMIT and ROLLBACK out.");
        }

        if (savepoint)
            connection.Statement("RELEASE item").Execute();
    }

    private void Undo(bool first)
    {
        if (first)
        {
            Rollback();
            Begin();
        }
        else
        {
            connection.Statement("ROLLBACK TO item").Execute();
            connection.Statement("RELEASE item").Execute();
        }
    }

    private void Rollback()
    {
        if (InTransaction)
            connection.Statement("ROLLBACK").Execute();
    }
}
