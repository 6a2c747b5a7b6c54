namespace Wanda.Ipfs;

/// <summary>A link that is followed.</summary>
/// <param name="Cid">Where it leads.</param>
/// <param name="Depth">How many links lead there from the first block.</param>
/// <param name="Offset">Where its part of a file begins.</param>
/// <param name="Wanted">Which bytes of the whole file are wanted; null before its root was read, or when all are.</param>
internal readonly record struct EntityLink(Cid Cid, int Depth, long Offset = 0, (long Start, long End)? Wanted = null)
{
    /// <summary>Everything that a block links.</summary>
    public static List<EntityLink> All(Block block, EntityLink at) =>
        [.. Dag.Links(block).Select(l => new EntityLink(l.Cid, at.Depth + 1))];

    /// <summary>What belongs to the entity itself: the pieces of a file, the shards of a directory, nothing of other blocks.</summary>
    public static List<EntityLink> Below(Block block, EntityLink at, EntityBytes? bytes)
    {
        if (block.Cid.Codec != Codec.DagPb)
            return [];
        var (links, node) = UnixFsReader.Decode(block);
        return node.Type switch
        {
            UnixFsType.HamtShard => Shards(links, node, at),
            UnixFsType.File or UnixFsType.Raw => Pieces(links, node, at, at.Wanted ?? bytes?.Of(node.Length)),
            _ => [],
        };
    }

    private static List<EntityLink> Shards(IReadOnlyList<DagPbLink> links, UnixFsNode node, EntityLink at)
    {
        var shard = new HamtPosition(at.Cid).Shard(node, links);
        return [.. links.Where(shard.IsShard).Select(l => new EntityLink(l.Cid, at.Depth + 1))];
    }

    private static List<EntityLink> Pieces(
        IReadOnlyList<DagPbLink> links, UnixFsNode node, EntityLink at, (long Start, long End)? wanted)
    {
        if (wanted is not { } part || node.BlockSizes.Count != links.Count)
            return [.. links.Select(l => new EntityLink(l.Cid, at.Depth + 1))];
        var pieces = new List<EntityLink>();
        long offset = at.Offset + node.Data.Length;
        for (int i = 0; i < links.Count; offset += node.BlockSizes[i++])
        {
            if (offset < part.End && offset + node.BlockSizes[i] > part.Start)
                pieces.Add(new(links[i].Cid, at.Depth + 1, offset, part));
        }

        return pieces;
    }
}
