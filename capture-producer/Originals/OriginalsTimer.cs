using Wanda.Hosting;

namespace Wanda.CaptureProducer.Originals;

/// <summary>Frees the originals of adopted folders.</summary>
internal sealed class OriginalsTimer(OriginalsRound round, WatchedFolders folders, TimeProvider time, PeriodicSettings settings)
    : PeriodicService("freeing originals", Interval, settings)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private readonly FolderRounds _rounds = new(time);

    protected override Task RunAsync(CancellationToken cancellationToken) =>
        _rounds.RunAsync(folders.Adopted, round.RunAsync, cancellationToken);
}
