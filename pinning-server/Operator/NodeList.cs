namespace Wanda.PinningServer;

/// <summary>The nodes as the running server knows them: what is on disk, and who was heard of since that was written.</summary>
internal sealed class NodeList(PinningServerOperator operators, NodeSightings sightings)
{
    public async Task<IReadOnlyList<NodeReport>> NowAsync(CancellationToken cancellationToken) =>
    [
        .. (await operators.NodesAsync(cancellationToken)).Select(n => n with
        {
            LastSeen = sightings.All.TryGetValue(n.Name, out var seen) ? seen : n.LastSeen,
        }),
    ];
}
