using Wanda.CaptureProducer.Originals;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Beside;

/// <summary>Keeps the lists of CIDs beside other programs' pictures, where the operator wants them.</summary>
internal sealed class CidListTimer(CidListRound round, WatchedFolders folders, TimeProvider time, PeriodicSettings settings)
    : PeriodicService("writing metadata.json beside the frames", Interval, settings)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private readonly FolderRounds _rounds = new(time);

    protected override Task RunAsync(CancellationToken cancellationToken) => folders.HasBegun
        ? _rounds.RunAsync(folders.All.Where(f => f.Options.MetadataAt == MetadataPlace.Beside), round.RunAsync, cancellationToken)
        : Task.CompletedTask;
}
