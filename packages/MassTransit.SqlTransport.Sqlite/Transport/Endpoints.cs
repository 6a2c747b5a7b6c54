using System.Collections.Concurrent;
using MassTransit.Transports;

namespace MassTransit.SqlTransport.Sqlite.Transport;

/// <summary>
/// A bus's receive endpoints. Lets MassTransit's health check tell that the file cannot be written: its receivers wait and go on by
/// themselves, so that MassTransit takes them for healthy. And tells who waits for messages that the endpoint stops: the token that
/// MassTransit gives for that is cancelled a second late (RequestRateAlgorithm).
/// </summary>
internal sealed class Endpoints : IBusObserver, IReceiveEndpointObserver
{
    private readonly ConcurrentDictionary<Uri, (ReceiveEndpoint Endpoint, ConnectHandle Observer)> _endpoints = new();
    private bool _shown;

    /// <summary>An endpoint, by its address, runs or stops.</summary>
    public event Action<Uri, bool>? Runs;

    /// <summary>Shows what is wrong on every endpoint of the bus; null for nothing.</summary>
    public void Show(SqliteTransportException? trouble)
    {
        if (trouble is null && !_shown)
            return;
        _shown = trouble is not null;
        // The others have a trouble of their own, which MassTransit shows.
        foreach (var endpoint in _endpoints.Values.Select(e => e.Endpoint).Where(e => e.CurrentState is ReceiveEndpoint.State.Ready))
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
        // An endpoint that is removed before the bus stops says so to its own observers only.
        var known = _endpoints.GetValueOrDefault(ready.InputAddress);
        if (ready.ReceiveEndpoint is ReceiveEndpoint endpoint && endpoint != known.Endpoint)
        {
            known.Observer?.Disconnect();
            _endpoints[ready.InputAddress] = (endpoint, endpoint.ConnectReceiveEndpointObserver(this));
        }

        Runs?.Invoke(ready.InputAddress, true);
        return Task.CompletedTask;
    }

    public Task Stopping(ReceiveEndpointStopping stopping)
    {
        // Another of its name may run by now; the bus's observers and the endpoint's own are both told.
        if (_endpoints.TryGetValue(stopping.InputAddress, out var known) && known.Endpoint == stopping.ReceiveEndpoint)
        {
            _endpoints.TryRemove(stopping.InputAddress, out _);
            known.Observer.Disconnect();
            Runs?.Invoke(stopping.InputAddress, false);
        }

        return Task.CompletedTask;
    }

    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    public Task Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;

    public void CreateFaulted(Exception exception)
    {
    }

    public Task PreStart(IBus bus) => Task.CompletedTask;

    public Task PostStart(IBus bus, Task<BusReady> busReady) => Task.CompletedTask;

    public Task StartFaulted(IBus bus, Exception exception) => Task.CompletedTask;

    public Task PreStop(IBus bus) => Task.CompletedTask;

    public Task PostStop(IBus bus) => Task.CompletedTask;

    public Task StopFaulted(IBus bus, Exception exception) => Task.CompletedTask;
}
