using System.Globalization;

namespace Wanda.Ipfs;

/// <summary>
/// A shard and the slots that led to it. Every entry must hash to those slots: without that rule one shard linked from all 256 slots, level
/// upon level, would be a directory of 2^64 entries in a few blocks.
/// </summary>
internal readonly record struct HamtPosition(Cid Cid, int Depth = 0, ulong Prefix = 0)
{
    public void Check(UnixFsNode node, IReadOnlyList<DagPbLink> links)
    {
        if (node.Type != UnixFsType.HamtShard)
            throw new DagFormatException($"{Cid} is a {node.Type}, not a directory.");
        if (node.HashType != UnixFsNode.Murmur3 || node.Fanout != UnixFsNode.HamtFanout)
        {
            throw new DagFormatException(
                $"Directory {Cid} is sharded by hash 0x{node.HashType:x} with fanout {node.Fanout}; 0x22 and 256 are known.");
        }

        if (links.Count == 0 && Depth > 0)
            throw new DagFormatException($"Shard {Cid} is empty.");
        foreach (var link in links)
        {
            if (link.Name.Length < 2 || !byte.TryParse(link.Name.AsSpan(0, 2), NumberStyles.AllowHexSpecifier, null, out _))
                throw new DagFormatException($"A link of shard {Cid} does not begin with its slot.");
        }
    }

    public HamtPosition Below(DagPbLink link) => Depth < HamtBuilder.MaxDepth - 1
        ? new(link.Cid, Depth + 1, Prefix | (ulong)SlotOf(link) << (56 - 8 * Depth))
        : throw new DagFormatException($"Directory shard {Cid} is deeper than its hash.");

    public DagPbLink Entry(DagPbLink link)
    {
        string name = link.Name[2..];
        ulong wanted = Prefix | (ulong)SlotOf(link) << (56 - 8 * Depth);
        return HamtBuilder.Hash(name) >> (56 - 8 * Depth) == wanted >> (56 - 8 * Depth)
            ? link with { Name = name }
            : throw new DagFormatException($"The entry \"{name}\" of shard {Cid} is in the wrong slot.");
    }

    private static byte SlotOf(DagPbLink link) => byte.Parse(link.Name.AsSpan(0, 2), NumberStyles.AllowHexSpecifier, null);
}
