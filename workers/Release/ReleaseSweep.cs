using Wanda.Hosting;

namespace Wanda.Workers.Release;

/// <summary>Looks at the frames that wait for nights, space or the clock, at start and on a timer.</summary>
internal sealed class ReleaseSweep(ReleaseRound round, WandaOptions options, PeriodicSettings settings)
    : PeriodicService("releasing frames", options.Release.Interval, settings)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => round.ConsiderAllAsync(cancellationToken);
}
