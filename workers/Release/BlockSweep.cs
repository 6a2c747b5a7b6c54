using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Workers.Release;

/// <summary>
/// Collects the blocks that nobody pins any more: interior nodes of released frames, directories that newer ones stand for.
/// </summary>
internal sealed class BlockSweep(BlockStore store, PeriodicSettings settings)
    : PeriodicService("collecting unpinned blocks", TimeSpan.FromHours(1), settings)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => store.CollectAsync(cancellationToken);
}
