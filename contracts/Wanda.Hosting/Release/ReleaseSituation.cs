using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.Hosting;

/// <summary>Finds out how the node is, for <see cref="ReleasePolicy"/>.</summary>
public sealed class ReleaseSituation(
    Catalogue catalogue, StorageRoot root, ClockTrust clock, DiskSpace space, WandaOptions options, TimeProvider time)
{
    /// <summary>The node now, for those who act on it.</summary>
    /// <exception cref="StorageRootException">The storage folder is not there: nothing can be said of it.</exception>
    public async Task<Situation> ReadAsync(CancellationToken cancellationToken)
    {
        await root.EnsurePresentAsync(cancellationToken);
        return await ReadAsync(await space.DrainAsync(cancellationToken), cancellationToken);
    }

    /// <summary>The node now, for screens.</summary>
    public async Task<Situation> PeekAsync(CancellationToken cancellationToken) =>
        await ReadAsync(await space.IsDrainingAsync(cancellationToken), cancellationToken);

    private async Task<Situation> ReadAsync(bool draining, CancellationToken cancellationToken)
    {
        // Frames wait for proofs from these destinations only. One that was taken out of the configuration keeps the proofs that it gave,
        // one that can prove nothing will never give any, and one that is being emptied gets nothing.
        var awaited = options.Destinations.Where(o => o is { GivesProof: true, Drain: false }).Select(o => o.Name).ToHashSet();
        return new Situation(time.GetUtcNow(), await clock.ProblemAsync(cancellationToken), draining,
            await catalogue.Destinations.ListAsync(cancellationToken), awaited);
    }
}
