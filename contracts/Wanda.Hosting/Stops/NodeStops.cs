using Wanda.Catalog;

namespace Wanda.Hosting;

/// <summary>Finds what makes the node stand still, and keeps since when (law 11).</summary>
public sealed class NodeStops(
    StorageRoot root, DiskSpace space, ClockTrust clock, WandaOptions options, Catalogue catalogue, TimeProvider time)
{
    /// <summary>What does so now, for screens: nothing is recorded.</summary>
    public async Task<IReadOnlyList<NodeStop>> ReadAsync(CancellationToken cancellationToken)
    {
        var since = await catalogue.Node.StoppedAsync(cancellationToken);
        return [.. (await FindAsync(cancellationToken)).Select(stop =>
            since.TryGetValue(stop.Kind.ToString(), out var at) ? stop with { Since = at } : stop)];
    }

    /// <summary>Puts on record what does so since now, and what goes on again.</summary>
    public async Task RecordAsync(CancellationToken cancellationToken)
    {
        var stopped = (await FindAsync(cancellationToken)).Select(stop => stop.Kind.ToString()).ToHashSet();
        var known = await catalogue.Node.StoppedAsync(cancellationToken);
        foreach (var kind in Enum.GetNames<StopKind>())
        {
            if (stopped.Contains(kind) && !known.ContainsKey(kind))
                await catalogue.Node.StopAsync(kind, time.GetUtcNow(), cancellationToken);
            else if (!stopped.Contains(kind) && known.ContainsKey(kind))
                await catalogue.Node.GoOnAsync(kind, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<NodeStop>> FindAsync(CancellationToken cancellationToken)
    {
        var (now, found) = (time.GetUtcNow(), new List<NodeStop>());
        try
        {
            await root.EnsurePresentAsync(cancellationToken);
            if (space.FreeBytes is var free && free < options.Storage.Floor.Bytes)
                found.Add(new(StopKind.Floor, now) { FreeBytes = free });
        }
        catch (Exception e) when (e is StorageRootException or IOException or UnauthorizedAccessException)
        {
            found.Add(new(StopKind.Storage, now) { Storage = e.Message });
        }

        if (await clock.ProblemAsync(cancellationToken) is { } problem)
            found.Add(new(StopKind.Clock, now) { Clock = problem });
        return found;
    }
}
