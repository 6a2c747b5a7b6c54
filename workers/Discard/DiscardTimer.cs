using Wanda.Hosting;

namespace Wanda.Workers.Discard;

/// <summary>
/// Looks for an operator's word. It comes through the catalogue, from a terminal that has no queue, so it is looked for often.
/// </summary>
internal sealed class DiscardTimer(DiscardRound round, PeriodicSettings settings)
    : PeriodicService("discarding frames", TimeSpan.FromSeconds(5), settings)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => round.RunAsync(cancellationToken);
}
