using Wanda.Hosting;

namespace Wanda.Workers.Offload;

/// <summary>Ends pauses that a changed configuration or clock has overtaken: at start, and now and then.</summary>
internal sealed class LimitTimer(DestinationSet destinations, PeriodicSettings settings)
    : PeriodicService("looking at upload limits", Every, settings)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var destination in destinations.All)
            await destination.LookAtLimitsAsync(cancellationToken);
    }
}
