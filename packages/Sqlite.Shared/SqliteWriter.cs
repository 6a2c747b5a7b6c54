using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sqlite.Shared;

/// <summary>
/// The one thread of this process that writes to the file. It owns the connection and the locks, and closes them when it ends.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const long Never = long.MaxValue;

    private readonly SqliteFileOptions _options;
    private readonly SqliteFilePlace _place;
    private readonly TimeProvider _time;
    private readonly WriteQueue _queue;
    private readonly SqliteTurnstile _turnstile;
    private readonly LogSync? _sync;
    private readonly ITimer _overdue;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SqliteFileConnection? _connection;
    private SqliteCheckpoint? _checkpoint;
    private bool _doubtful;
    private long _restAt = Never, _lookEvery = Never, _looked = Environment.TickCount64; // milliseconds

    public SqliteWriter(SqliteFileOptions options, SqliteFilePlace place, TimeProvider time)
    {
        _options = options;
        _place = place;
        _time = time;
        _queue = new WriteQueue(time, options.AlongAfter);
        _turnstile = new SqliteTurnstile(options.Path);
        _sync = options is { SynchronousFull: true, SyncBeside: true } ? new LogSync(options.Path) : null;
        _overdue = time.CreateTimer(_ => FailOverdue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        new Thread(Loop) { IsBackground = true, Name = $"sqlite {System.IO.Path.GetFileName(options.Path)}" }.Start();
    }

    public Task<T> RunAsync<T>(Func<SqliteConnection, T> work, bool durable, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);
        var item = new WriteItem<T>(work, cancellationToken) { QueuedAt = _time.GetTimestamp(), Durable = durable };
        return _queue.TryAdd(item) ? item.Completion : throw new ObjectDisposedException(_options.Path);
    }

    public void RunAlong(Action<SqliteConnection> work)
    {
        // Of its end nobody is told: after a failure it is found out again.
        _queue.TryAdd(new WriteItem<bool>(connection =>
        {
            work(connection);
            return true;
        }, CancellationToken.None)
        { QueuedAt = _time.GetTimestamp(), Along = true });
    }

    /// <summary>Looks at least so often from now on whether another process has written. Cheap to call again.</summary>
    public void WatchEvery(TimeSpan interval)
    {
        var every = Math.Max(1, (long)interval.TotalMilliseconds);
        for (var known = Volatile.Read(ref _lookEvery); every < known; known = Volatile.Read(ref _lookEvery))
        {
            if (Interlocked.CompareExchange(ref _lookEvery, every, known) == known)
                _queue.Nudge();
        }
    }

    /// <summary>
    /// Writes what is queued, empties the log and closes. Gives up after the lock timeout when another process holds the lock.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Close();
        try
        {
            await _ended.Task.WaitAsync(_options.LockTimeout, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The thread is in the background, and ends with the process or when it gets the lock.
        }
    }

    private void Loop()
    {
        for (var wake = _queue.Wait(UntilDue); wake != Wake.Closed; wake = _queue.Wait(UntilDue))
        {
            if (wake == Wake.Work || _restAt <= Environment.TickCount64)
            {
                Locked(wake == Wake.Work ? Write : Rest);
                _restAt = _checkpoint is { Due: true } ? Environment.TickCount64 + (long)_options.IdleAfter.TotalMilliseconds : Never;
            }

            if (LookAt <= Environment.TickCount64)
                Look();
        }

        if (_connection is not null)
            Locked(Rest);
        Close();
        _sync?.Stop();
        _overdue.Dispose();
        _turnstile.Dispose();
        _ended.SetResult();
    }

    private long LookAt => Volatile.Read(ref _lookEvery) is var every and not Never ? _looked + every : Never;

    private int UntilDue()
    {
        var next = Math.Min(_restAt, LookAt);
        return next == Never ? -1 : (int)Math.Clamp(next - Environment.TickCount64, 0, int.MaxValue);
    }

    // Reading only, it takes no lock. Nobody else in this process commits, so a new data version is another's.
    private void Look()
    {
        _looked = Environment.TickCount64;
        var changed = true;
        try
        {
            _place.Check();
            changed = _connection?.HasChanged() ?? true;
        }
        catch (SqliteFileException)
        {
            // Whoever looks now is told.
        }
        catch (SqliteException error)
        {
            Recover(error);
        }

        _options.Looked?.Invoke(changed);
    }

    private void Locked(Action action)
    {
        try
        {
            _turnstile.Enter(waiting: () => _overdue.Change(_options.LockTimeout, _options.LockTimeout / 4));
            _overdue.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            try
            {
                action();
            }
            catch (Exception error)
            {
                FailQueued(error);
                Recover(error);
            }
            finally
            {
                _turnstile.Exit();
            }
        }
        catch (IOException error)
        {
            FailQueued(error); // The lock itself failed.
        }
    }

    // Whoever still waits must not wait for a file in this state.
    private void FailQueued(Exception error) => _queue.Fail(TimeSpan.Zero, SqliteFileException.From(error, _options.Path));

    private void Write()
    {
        _place.Check();
        if (_doubtful || _sync is { Failed: true })
            Repair();
        var group = new WriteGroup(Open(), _sync, _options, _place, _time);
        try
        {
            group.Commit(_queue);
        }
        catch (Exception error) when (group.Begun)
        {
            Recover(error); // Whoever was in it has been told; the others have a transaction of their own.
            return;
        }

        Maintain(checkpoint => checkpoint.AfterCommit());
    }

    // After a failed sync nobody knows which part of the log is on the disk, and a later success proves nothing of it: move all of it.
    private void Repair()
    {
        Close();
        Open();
        if (!_checkpoint!.Everything())
            throw new SqliteException("The log could not be synced, and a reader keeps it from being moved.", raw.SQLITE_IOERR);
        _doubtful = false;
        _sync?.Repaired();
    }

    private void Rest()
    {
        _place.Check();
        Open();
        Maintain(checkpoint => checkpoint.AtRest());
    }

    // A failed checkpoint loses nothing, the log still holds it all: the next one tries again.
    private void Maintain(Action<SqliteCheckpoint> work)
    {
        try
        {
            work(_checkpoint!);
        }
        catch (SqliteException error)
        {
            Recover(error);
        }
    }

    private SqliteFileConnection Open()
    {
        if (_connection is null)
        {
            _connection = SqliteFileConnection.OpenWriter(_options);
            _place.Opened();
            _connection.HasChanged(); // from now on
            _checkpoint = new SqliteCheckpoint(_connection, _options.CheckpointEvery);
        }

        return _connection;
    }

    private void Recover(Exception error)
    {
        if (error is SqliteFileException { Failure: SqliteFailure.Replaced })
        {
            LeaveNoLog();
            return;
        }

        var failure = error is SqliteException sqlite ? SqliteFileException.Classify(sqlite) : SqliteFailure.Other;
        _doubtful |= failure is SqliteFailure.Io;
        if (failure is SqliteFailure.DiskFull && _connection is not null)
            TryMakeRoom();
        else if (failure is not SqliteFailure.Locked)
            Close(); // After an I/O error SQLite's page cache is not to be trusted: start with a new connection.
    }

    // The log at the path is the old file's, and SQLite would take it for that of another file there: it goes into the old one, unless
    // somebody has written to it since, who may have meant the other. The connection stays open: as long as it is, no other file can be
    // taken for this one.
    private void LeaveNoLog()
    {
        if (_checkpoint is not { Due: true } || _connection!.HasChanged())
            return;
        try
        {
            _checkpoint.Everything();
        }
        catch (SqliteException)
        {
            // Then it stays, and the message says to delete it.
        }
    }

    private void TryMakeRoom()
    {
        try
        {
            _checkpoint!.WhenFull();
        }
        catch (SqliteException)
        {
            Close();
        }
    }

    private void Close()
    {
        _sync?.Drain(); // It uses the connection's log.
        _connection?.Dispose();
        _connection = null;
        _checkpoint = null;
    }

    private void FailOverdue() => _queue.Fail(_options.LockTimeout, new SqliteFileException(SqliteFailure.Locked, _options.Path,
        $"Another process has held the write lock of {_options.Path} for {_options.LockTimeout.TotalSeconds:0} s. Find it with: fuser "
            + $"{_options.Path}-lock"));
}
