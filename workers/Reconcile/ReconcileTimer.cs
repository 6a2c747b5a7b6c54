using Wanda.Hosting;

namespace Wanda.Workers.Reconcile;

/// <summary>Reconciles at start and on a timer.</summary>
internal sealed class ReconcileTimer(Reconciler reconciler, WandaOptions options, PeriodicSettings settings)
    : PeriodicService("reconciling", options.Reconcile.Interval, settings)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => reconciler.RunAsync(cancellationToken);
}
