namespace Wanda.Hosting;

/// <summary>Looks every half a minute whether the node stands still, so that a screen can say since when.</summary>
internal sealed class StopRecorder(NodeStops stops, PeriodicSettings settings)
    : PeriodicService("looking whether the node stands still", TimeSpan.FromSeconds(30), settings)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => stops.RecordAsync(cancellationToken);
}
