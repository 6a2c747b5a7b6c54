using MassTransit.SqlTransport.Sqlite.Queues;

namespace MassTransit.SqlTransport.Sqlite;

/// <summary>
/// The queues of a file, with no bus needed. Opens the file at first use, creating it when it is missing; dispose it to close the file.
/// </summary>
/// <param name="connectionString">The path of the file, or a connection string as for <c>UsingSqlite</c>.</param>
/// <param name="time">The clock; null for the system's.</param>
/// <exception cref="ConfigurationException">The connection string cannot be understood.</exception>
public sealed class SqliteQueues(string connectionString, TimeProvider? time = null) : ISqliteQueues, IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1);
    private readonly QueueFileOptions _options = new SqliteSqlHostSettings(connectionString).ToFileOptions();
    private QueueFileLease? _lease;
    private bool _disposed;

    /// <inheritdoc />
    public async Task<IReadOnlyList<SqliteQueueInfo>> ListAsync(CancellationToken cancellationToken = default)
    {
        var file = await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await file.ReadAsync(connection => QueueInfos.Read(connection, name: null, file.Time.Milliseconds()),
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task<SqliteQueueInfo?> FindAsync(string queue, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(queue);
        var file = await OpenAsync(cancellationToken).ConfigureAwait(false);
        var found = await file.ReadAsync(connection => QueueInfos.Read(connection, queue, file.Time.Milliseconds()),
            cancellationToken).ConfigureAwait(false);
        return found.SingleOrDefault();
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<SqliteQueuedMessage>> PeekAsync(string queue, SqliteQueuePart part, int limit = 20, int offset = 0,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(queue);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var file = await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await file.ReadAsync(connection => Peeking.Read(connection, queue, part, limit, offset),
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task<int> RequeueAsync(string queue, SqliteQueuePart part, int? limit = null, double? perSecond = null,
        CancellationToken cancellationToken = default)
    {
        Check(queue, limit, perSecond);
        var file = await OpenAsync(cancellationToken).ConfigureAwait(false);
        var left = limit ?? await Requeueing.CountAsync(file, queue, part, cancellationToken).ConfigureAwait(false);
        var requeued = 0;
        int batch;
        do
        {
            var (most, first) = (Math.Min(left - requeued, Deleting.Batch), requeued);
            batch = await file.WriteAsync(transaction => Requeueing.Requeue(transaction, queue, part, most, first, perSecond),
                cancellationToken).ConfigureAwait(false);
            requeued += batch;
        }
        while (batch > 0 && requeued < left);
        return requeued;
    }

    /// <inheritdoc />
    public async Task<int> BringForwardAsync(
        string queue, int? limit = null, double? perSecond = null, CancellationToken cancellationToken = default)
    {
        Check(queue, limit, perSecond);
        var file = await OpenAsync(cancellationToken).ConfigureAwait(false);
        var (began, place, waiting) = await file.ReadAsync(connection => BringingForward.Find(connection, queue, limit, file.Time),
            cancellationToken).ConfigureAwait(false);
        var sooner = 0;
        for (var first = 0; first < waiting.Count; first += Deleting.Batch)
        {
            var (from, batch) = (first, waiting.GetRange(first, Math.Min(Deleting.Batch, waiting.Count - first)));
            sooner += await file.WriteAsync(transaction => BringingForward.Bring(transaction, place, batch, from, began, perSecond),
                cancellationToken).ConfigureAwait(false);
        }

        return sooner;
    }

    /// <inheritdoc />
    public async Task<bool> RequeueAsync(string queue, long deliveryId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(queue);
        var file = await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await file.WriteAsync(transaction => Requeueing.Requeue(transaction, queue, deliveryId),
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task<int> PurgeAsync(string queue, SqliteQueuePart part, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(queue);
        var file = await OpenAsync(cancellationToken).ConfigureAwait(false);
        var purged = 0;
        int batch;
        do
        {
            batch = await file.WriteAsync(transaction => Requeueing.Purge(transaction, queue, part),
                cancellationToken).ConfigureAwait(false);
            purged += batch;
        }
        while (batch == Deleting.Batch);
        return purged;
    }

    /// <inheritdoc />
    public Task PauseAsync(string queue, string reason, DateTimeOffset? until = null, CancellationToken cancellationToken = default) =>
        PauseAsync(queue, reason, until, code: null, cancellationToken);

    /// <inheritdoc />
    public async Task PauseAsync(
        string queue, string reason, DateTimeOffset? until, string? code, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(queue);
        ArgumentException.ThrowIfNullOrEmpty(reason);
        var file = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await file.WriteAsync(transaction => Pausing.Pause(transaction, queue, reason, until?.ToUnixTimeMilliseconds(), code),
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task<bool> ResumeAsync(string queue, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(queue);
        var file = await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await file.WriteAsync(transaction => Pausing.Resume(transaction, queue), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public Task<bool> ContainsAsync(string queue, Guid correlationId, CancellationToken cancellationToken = default) =>
        ContainsAsync(queue, correlationId, orFailed: false, cancellationToken);

    /// <inheritdoc />
    public async Task<bool> ContainsAsync(string queue, Guid correlationId, bool orFailed, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(queue);
        var file = await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await file.ReadAsync(connection => QueueInfos.Contains(connection, queue, correlationId, orFailed),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the file, unless a bus in this process uses it too.</summary>
    public async ValueTask DisposeAsync()
    {
        await _opening.WaitAsync().ConfigureAwait(false);
        try
        {
            _disposed = true;
            if (_lease is not null)
                await _lease.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _opening.Release();
        }
    }

    private static void Check(string queue, int? limit, double? perSecond)
    {
        ArgumentException.ThrowIfNullOrEmpty(queue);
        ArgumentOutOfRangeException.ThrowIfNegative(limit ?? 0, nameof(limit));
        if (!(perSecond is null or > 0))
            throw new ArgumentOutOfRangeException(nameof(perSecond), perSecond, "The rate must be more than zero.");
    }

    private async Task<QueueFile> OpenAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _lease ??= await QueueFiles.AcquireAsync(_options, time ?? TimeProvider.System, cancellationToken).ConfigureAwait(false);
            return _lease.File;
        }
        finally
        {
            _opening.Release();
        }
    }
}
