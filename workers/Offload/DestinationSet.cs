using MassTransit;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Workers.Offload;

/// <summary>The configured destinations, each behind its breaker.</summary>
internal sealed class DestinationSet(IReadOnlyList<Offloader> all) : IDisposable
{
    /// <summary>All of them, in the order of the configuration.</summary>
    public IReadOnlyList<Offloader> All { get; } = all;

    /// <summary>Those that are sent to: all but those that are being emptied.</summary>
    public IEnumerable<Offloader> Taking => All.Where(d => !d.Options.Drain);

    /// <summary>Those that also keep IPNS records.</summary>
    public IEnumerable<Offloader> Routers => Taking.Where(d => d.Router is not null);

    /// <summary>
    /// Has a frame with its CID sent to each of those that are sent to: to their queues alone, and to nobody who would only look at it.
    /// </summary>
    public async Task SendAsync(CaptureRecord capture, ISendEndpointProvider bus, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        foreach (var destination in Taking)
        {
            await (await bus.GetSendEndpoint(new Uri($"queue:{QueueNames.Offload(destination.Name)}")))
                .Send(capture.ToAdded(), c => c.SetPriority(Turn.Of(capture.SavedAt, zone)), cancellationToken);
        }
    }

    public void Dispose()
    {
        foreach (var destination in All)
            destination.Dispose();
    }
}
