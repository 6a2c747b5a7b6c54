using Wanda.Hosting;

namespace Wanda.Workers.Audit;

/// <summary>Audits at start and on a timer.</summary>
internal sealed class AuditTimer(AuditRound round, WandaOptions options, PeriodicSettings settings)
    : PeriodicService("auditing copies", options.Audit.Interval, settings)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => round.RunAsync(cancellationToken);
}
