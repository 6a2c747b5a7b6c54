using Wanda.Hosting;

namespace Wanda.CaptureProducer.Originals;

/// <summary>Looks now and then at what lies in place, once this process is the one that captures.</summary>
internal sealed class InPlaceTimer(InPlaceRound round, WatchedFolders folders, PeriodicSettings settings)
    : PeriodicService("looking after frames that are not copied", Interval, settings)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override Task RunAsync(CancellationToken cancellationToken) =>
        folders.HasBegun ? round.RunAsync(cancellationToken) : Task.CompletedTask;
}
