using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>
/// A queue file that is open in this process. Buses and operators on the same path share one (see <see cref="QueueFiles"/>).
/// </summary>
internal sealed class QueueFile : IAsyncDisposable
{
    private readonly ConcurrentDictionary<long, QueueSignal> _signals = new();
    private readonly QueueChanges _changes = new();
    private readonly Routes _routes = new();
    private readonly ClockSteps _steps;
    private readonly ClockSteps _looks;
    private readonly Peers _peers;
    private SqliteFile _file = null!;
    private Task? _listening;
    private SqliteTransportException? _trouble;

    private QueueFile(TimeProvider time)
    {
        Time = time;
        _steps = new ClockSteps(time);
        _looks = new ClockSteps(time);
        _peers = new Peers(Wake, WakeAll, address => _ = ForgetAsync(address));
        Locks = new LockKeeper(this);
    }

    public TimeProvider Time { get; }

    public string Path => _file.Path;

    /// <summary>Keeps the locks of all buses of this process.</summary>
    public LockKeeper Locks { get; }

    /// <summary>Opens the file, creating it or bringing it up to date.</summary>
    /// <exception cref="SqliteTransportException">It cannot be used.</exception>
    public static Task<QueueFile> OpenAsync(QueueFileOptions options, TimeProvider time, CancellationToken cancellationToken) =>
        Failures.Translate(options.Path, async () =>
        {
            var queues = new QueueFile(time);
            queues._file = await SqliteFile.OpenAsync(new SqliteFileOptions
            {
                Path = options.Path,
                SynchronousFull = options.SynchronousFull,
                LockTimeout = options.LockTimeout,
                PageSize = options.PageSize,
                ApplicationId = QueueSchema.ApplicationId,
                Savepoints = false,
                SyncBeside = true,
                Committing = queues._changes.WriteTotals,
                Committed = queues.Tell,
                Looked = queues.Looked,
            }, time, cancellationToken).ConfigureAwait(false);
            try
            {
                await queues._file.WriteAsync(QueueSchema.ComeHome, cancellationToken).ConfigureAwait(false);
                await queues._file.MigrateAsync(QueueSchema.Scripts, cancellationToken).ConfigureAwait(false);
                await queues.ClampTimesAsync(step: null, cancellationToken).ConfigureAwait(false);
                return queues;
            }
            catch
            {
                await queues._file.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        });

    /// <summary>Runs a write; it is on disk when the task completes.</summary>
    public Task<T> WriteAsync<T>(Func<QueueTransaction, T> work, CancellationToken cancellationToken) =>
        Failures.Translate(Path, () => _file.WriteAsync(connection => work(Begin(connection)), cancellationToken), Remember);

    /// <summary>Runs a write that a power cut may undo without harm, such as a lock.</summary>
    public Task<T> WriteRelaxedAsync<T>(Func<QueueTransaction, T> work, CancellationToken cancellationToken) =>
        Failures.Translate(Path, () => _file.WriteRelaxedAsync(connection => work(Begin(connection)), cancellationToken), Remember);

    /// <summary>
    /// As <see cref="WriteRelaxedAsync{T}"/>, for a thread of this package's own: it waits here, and needs none of the pool's threads to
    /// learn that it is done.
    /// </summary>
    public T WriteHere<T>(Func<QueueTransaction, T> work) =>
        _file.WriteRelaxedAsync(connection => work(Begin(connection)), default).GetAwaiter().GetResult();

    public Task<T> ReadAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken) =>
        Failures.Translate(Path, () => _file.ReadAsync(work, cancellationToken));

    /// <summary>What wakes the receivers of a queue in this process.</summary>
    public QueueSignal Signal(long queueId) => _signals.GetOrAdd(queueId, _ => new QueueSignal());

    /// <summary>
    /// Looks at least so often from now on whether another process has written: a datagram can be lost, and not every system has them. One
    /// look for all the receivers of this process; while nothing changes they sleep.
    /// </summary>
    public void WatchEvery(TimeSpan interval) => _file.WatchEvery(interval);

    /// <summary>From now on other processes wake the receivers of this one. Cheap to call again.</summary>
    public Task ListenAsync()
    {
        lock (_peers)
            return _listening is null or { IsFaulted: true } ? _listening = StartListeningAsync() : _listening;
    }

    /// <summary>
    /// Whether somebody has set the clock, and the times in the file are still those of the old one; the next write sees to it.
    /// </summary>
    public bool ClockWasSet => _steps.Any();

    /// <summary>Sees to the times in the file when somebody has set the clock meanwhile.</summary>
    public Task CheckClockAsync(CancellationToken cancellationToken) =>
        ClockWasSet ? WriteRelaxedAsync(_ => true, cancellationToken) : Task.CompletedTask;

    /// <summary>
    /// What keeps this process from writing: when a write has failed, tries whether it still is so; else looks whether the file is still
    /// there. Otherwise what is wrong with the library.
    /// </summary>
    /// <returns>Null when the file can be written, as far as is known, and safely.</returns>
    public async Task<SqliteTransportException?> FindTroubleAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Volatile.Read(ref _trouble) is null)
            {
                await Failures.Translate(Path, CheckPlaceAsync, Remember).ConfigureAwait(false);
                return LibraryTrouble();
            }

            await WriteAsync(Probe, cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _trouble, null);
            return LibraryTrouble();
        }
        catch (SqliteTransportException trouble)
        {
            return trouble;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_peers.Address is { } address)
            await ForgetAsync(address).ConfigureAwait(false);
        await _file.DisposeAsync().ConfigureAwait(false);
        _peers.Dispose();
    }

    private SqliteTransportException? LibraryTrouble() =>
        SqliteLibrary.Notice is { } notice ? new SqliteTransportException(SqliteTransportFailure.LibraryTooOld, Path, notice, null) : null;

    // Leaves nothing behind, but SQLite does not see that before it writes.
    private static int Probe(QueueTransaction transaction) =>
        transaction.Statement(Sql.AddListener).Bind(1, "").Execute() + transaction.Statement(Sql.RemoveListener).Bind(1, "").Execute();

    private Task<bool> CheckPlaceAsync()
    {
        _file.CheckPlace();
        return Task.FromResult(true);
    }

    private void Remember(SqliteTransportException trouble) => Volatile.Write(ref _trouble, trouble);

    private QueueTransaction Begin(SqliteConnection connection)
    {
        var taken = _steps.Take();
        var transaction = new QueueTransaction(connection, Time.Milliseconds(), _changes, _routes);
        if (taken is { } step)
        {
            // Now: this write may be the one that would take what others hold. And in a write of its own: this one may be undone.
            DueDeliveries.Move(transaction, step);
            if (step.By > 0)
                DueDeliveries.KeepLives(transaction, step);
            _ = TryAsync(ClampTimesAsync(step, default));
        }

        return transaction;
    }

    private async Task ClampTimesAsync(ClockStep? step, CancellationToken cancellationToken)
    {
        await WriteRelaxedAsync(transaction =>
        {
            if (step is { } known)
                DueDeliveries.Move(transaction, known);
            DueDeliveries.Clamp(transaction);
            return true;
        }, cancellationToken).ConfigureAwait(false);
        WakeAll(); // They wait for times that were wrong.
    }

    // On the writer thread, after a commit.
    private void Tell(SqliteConnection connection)
    {
        var woken = _changes.TakeWoken();
        if (woken.Length == 0)
            return;
        foreach (var queue in woken)
            Wake(queue);
        _peers.Tell(connection, woken);
    }

    private void Wake(long queue)
    {
        if (_signals.TryGetValue(queue, out var signal))
            signal.Raise();
    }

    private void WakeAll()
    {
        foreach (var signal in _signals.Values)
            signal.Raise();
    }

    // Receivers sleep until something is due by the clock as it was: one that was set, forward too, makes them look again.
    private void Looked(bool changed)
    {
        if (_looks.Take() is null && !changed)
            return;
        foreach (var signal in _signals.Values)
            signal.Doubt();
    }

    private async Task StartListeningAsync()
    {
        _peers.Listen();
        if (_peers.Address is { } address)
        {
            await WriteRelaxedAsync(transaction => transaction.Statement(Sql.AddListener).Bind(1, address).Execute(),
                default).ConfigureAwait(false);
        }
    }

    // Whoever writes next finds it again.
    private Task ForgetAsync(string address) =>
        TryAsync(WriteRelaxedAsync(transaction => transaction.Statement(Sql.RemoveListener).Bind(1, address).Execute(), default));

    private static async Task TryAsync(Task work)
    {
        try
        {
            await work.ConfigureAwait(false);
        }
        catch (Exception error) when (error is SqliteTransportException or ObjectDisposedException)
        {
            // Nobody waits for it, and it is not the last chance.
        }
    }
}
