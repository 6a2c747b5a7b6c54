using Wanda.Catalog;

namespace Wanda.Hosting;

/// <summary>Finds what makes the node stand still, and keeps since when (law 11).</summary>
public sealed class NodeStops(
    StorageRoot root, DiskSpace space, ClockTrust clock, WandaOptions options, Catalogue catalogue, TimeProvider time)
{
    /// <summary>What does so now, for screens: nothing is recorded.</summary>
    public async Task<IReadOnlyList<NodeStop>> ReadAsync(CancellationToken cancellationToken)
    {
        var (now, since) = (time.GetUtcNow(), await catalogue.Node.StoppedAsync(cancellationToken));
        return [.. (await FindAsync(cancellationToken)).Select(stop =>
            new NodeStop(stop.Kind, stop.Reason, since.TryGetValue(stop.Kind.ToString(), out var at) ? at : now))];
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

    private async Task<IReadOnlyList<(StopKind Kind, string Reason)>> FindAsync(CancellationToken cancellationToken)
    {
        var found = new List<(StopKind, string)>();
        try
        {
            await root.EnsurePresentAsync(cancellationToken);
            if (space.FreeBytes is var free && free < options.Storage.Floor.Bytes)
            {
                found.Add((StopKind.Floor,
                    $"only {new ByteSize(free)} are free on {root.Path}, below storage.floor ({options.Storage.Floor}), and the databases "
                        + "need that. Frames are freed as destinations prove them; until then make room there, or lower storage.floor."));
            }
        }
        catch (Exception e) when (e is StorageRootException or IOException or UnauthorizedAccessException)
        {
            found.Add((StopKind.Storage, e.Message));
        }

        if (await clock.ProblemAsync(cancellationToken) is { } problem)
            found.Add((StopKind.Clock, problem));
        return found;
    }
}
