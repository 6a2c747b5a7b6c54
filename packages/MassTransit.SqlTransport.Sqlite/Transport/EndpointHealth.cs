using System.Collections.Concurrent;
using MassTransit.Transports;

namespace MassTransit.SqlTransport.Sqlite.Transport;

/// <summary>
/// Lets MassTransit's health check tell that the file cannot be written. Its receivers wait and go on by themselves, so that MassTransit
/// takes them for healthy. It also hears when the bus stops, which MassTransit tells a receiver that waits only a second later.
/// </summary>
internal sealed class EndpointHealth : IBusObserver, IReceiveEndpointObserver
{
    private readonly ConcurrentDictionary<Uri, ReceiveEndpoint> _endpoints = new();
    private CancellationTokenSource _stop = new();
    private bool _shown;

    /// <summary>Cancelled when the bus is told to stop.</summary>
    public CancellationToken BusStopping => _stop.Token;

    /// <summary>Shows what is wrong on every endpoint of the bus; null for nothing.</summary>
    public void Show(SqliteTransportException? trouble)
    {
        if (trouble is null && !_shown)
            return;
        _shown = trouble is not null;
        // The others have a trouble of their own, which MassTransit shows.
        foreach (var endpoint in _endpoints.Values.Where(e => e.CurrentState is ReceiveEndpoint.State.Ready))
        {
            endpoint.HealthResult = trouble switch
            {
                null => EndpointHealthResult.Healthy(endpoint, endpoint.Message),
                { Failure: SqliteTransportFailure.LibraryTooOld } => EndpointHealthResult.Degraded(endpoint, trouble.Message),
                _ => EndpointHealthResult.Unhealthy(endpoint, trouble.Message, trouble),
            };
        }
    }

    public void PostCreate(IBus bus) => bus.ConnectReceiveEndpointObserver(this);

    public Task Ready(ReceiveEndpointReady ready)
    {
        if (ready.ReceiveEndpoint is ReceiveEndpoint endpoint)
            _endpoints[ready.InputAddress] = endpoint;
        return Task.CompletedTask;
    }

    public Task Stopping(ReceiveEndpointStopping stopping)
    {
        _endpoints.TryRemove(stopping.InputAddress, out _);
        return Task.CompletedTask;
    }

    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    public Task Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;

    public void CreateFaulted(Exception exception)
    {
    }

    public Task PreStart(IBus bus)
    {
        if (_stop.IsCancellationRequested)
            _stop = new CancellationTokenSource(); // it was stopped before
        return Task.CompletedTask;
    }

    public Task PostStart(IBus bus, Task<BusReady> busReady) => Task.CompletedTask;

    public Task StartFaulted(IBus bus, Exception exception) => Task.CompletedTask;

    public Task PreStop(IBus bus) => _stop.CancelAsync();

    public Task PostStop(IBus bus) => Task.CompletedTask;

    public Task StopFaulted(IBus bus, Exception exception) => Task.CompletedTask;
}
