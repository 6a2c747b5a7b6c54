using System.Collections.Concurrent;
using System.Data;
using MassTransit.Middleware;
using MassTransit.SqlTransport.Configuration;
using MassTransit.SqlTransport.Sqlite.Queues;
using MassTransit.Transports;

namespace MassTransit.SqlTransport.Sqlite.Transport;

/// <summary>A bus's hold on its queue file, from its start to its stop.</summary>
internal sealed class SqliteConnectionContext : BasePipeContext, ConnectionContext, IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, QueueReceiver> _receivers = new();
    private readonly ConcurrentDictionary<long, QueueReceiver> _receiversById = new();
    private readonly SqliteSqlHostSettings _settings;
    private readonly Maintenance _maintenance;
    private readonly Lock _gate = new();
    private Task<QueueFileLease>? _file;

    public SqliteConnectionContext(
        ISqlHostConfiguration host, SqliteSqlHostSettings settings, ITransportSupervisor<ConnectionContext> supervisor)
        : base(supervisor.Stopped)
    {
        _settings = settings;
        InHand = new InHand(settings.TimeProvider);
        HostAddress = host.HostAddress;
        _maintenance = new Maintenance(FileAsync, settings);
        settings.Endpoints.Runs += EndpointRuns;
    }

    public Uri HostAddress { get; }
    public string? Schema => null;
    public IsolationLevel IsolationLevel => IsolationLevel.Serializable;

    /// <summary>Whether an acknowledgement waits for the disk.</summary>
    public bool AcknowledgementsWait => _settings.Synchronous is not SqliteSynchronous.Sent;

    public bool RaisesThreadPoolMinimum => _settings.RaiseThreadPoolMinimum;

    public InHand InHand { get; }

    public async Task<QueueFile> FileAsync()
    {
        var lease = await OpenAsync().ConfigureAwait(false);
        _maintenance.EnsureStarted();
        return lease.File;
    }

    public ClientContext CreateClientContext(CancellationToken cancellationToken) => new SqliteClientContext(this, cancellationToken);

    public QueueReceiver Receiver(string queue) =>
        _receivers.GetOrAdd(queue, name => new QueueReceiver(name, receiver => _receiversById[receiver.QueueId!.Value] = receiver));

    public async Task DelayUntilMessageReady(long queueId, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (_receiversById.TryGetValue(queueId, out var receiver))
            await receiver.WaitAsync(await FileAsync().ConfigureAwait(false), timeout, cancellationToken).ConfigureAwait(false);
        else
            await Task.Delay(timeout, _settings.TimeProvider, cancellationToken).ConfigureAwait(false);
    }

    public Task<ISqlTransportConnection> CreateConnection(CancellationToken cancellationToken) => throw NotSupported();

    public Task<T> Query<T>(Func<IDbConnection, IDbTransaction, Task<T>> callback, CancellationToken cancellationToken) =>
        throw NotSupported();

    public async ValueTask DisposeAsync()
    {
        _settings.Endpoints.Runs -= EndpointRuns;
        await _maintenance.DisposeAsync().ConfigureAwait(false);
        // One that is being opened is closed as well, and waited for a while: else it is opened when its folder may be gone.
        if (_file is not { } opening)
            return;
        var closing = CloseAsync(opening);
        var patience = Task.Delay(StopPatience, _settings.TimeProvider, CancellationToken.None);
        if (await Task.WhenAny(closing, patience).ConfigureAwait(false) == closing)
            await closing.ConfigureAwait(false);
    }

    private async Task CloseAsync(Task<QueueFileLease> opening)
    {
        await Task.WhenAny(opening).ConfigureAwait(false);
        if (!opening.IsCompletedSuccessfully)
            return;
        var lease = await opening.ConfigureAwait(false);
        lease.File.Locks.Remove(InHand);
        await GiveBackAsync(lease.File).ConfigureAwait(false);
        await lease.DisposeAsync().ConfigureAwait(false);
    }

    private void EndpointRuns(Uri address, bool runs)
    {
        if (_file is { IsCompletedSuccessfully: true }
            && _receivers.TryGetValue(new SqlEndpointAddress(HostAddress, address).Name, out var receiver))
        {
            receiver.Run(_file.Result.File, runs);
        }
    }

    private Task<QueueFileLease> OpenAsync()
    {
        lock (_gate)
        {
            // Not bound to the caller's token: whoever asks first must not take the file from the others by giving up. A failure is for
            // those who ask now; the disk may be mounted later.
            return _file is null or { IsFaulted: true }
                ? _file = AcquireAsync()
                : _file;
        }
    }

    private async Task<QueueFileLease> AcquireAsync()
    {
        var lease = await QueueFiles.AcquireAsync(_settings.ToFileOptions(), _settings.TimeProvider,
            CancellationToken.None).ConfigureAwait(false);
        lease.File.Locks.Add(InHand);
        return lease;
    }

    // What was fetched and not finished would else stay locked until its lock ends.
    private async Task GiveBackAsync(QueueFile file)
    {
        if (InHand.Locks() is not [_, ..] locks)
            return;
        try
        {
            await file.WriteRelaxedAsync(transaction =>
            {
                foreach (var (id, lockId) in locks)
                    Deliveries.Release(transaction, lockId, id);
                return true;
            }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (SqliteTransportException error)
        {
            LogContext.Warning?.Log(error, "Messages stay locked until their locks end: {Count}", locks.Count);
        }
    }

    private static NotSupportedException NotSupported() =>
        new("All writing to a SQLite queue file goes through one writer; it gives out no connections. Operators use ISqliteQueues.");
}
