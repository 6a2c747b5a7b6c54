using System.Globalization;
using System.Numerics;

namespace Wanda.Ipfs;

/// <summary>
/// A shard and the bits of the hash that led to it. Every entry must hash to those: without that rule one shard linked from all its slots,
/// level upon level, would be a directory of 2^64 entries in a few blocks.
/// </summary>
/// <param name="Cid">The shard.</param>
/// <param name="Bits">How many bits of the hash the shards above have used; 0 for the directory itself.</param>
/// <param name="Prefix">Those bits, the rest zero.</param>
internal readonly record struct HamtPosition(Cid Cid, int Bits = 0, ulong Prefix = 0)
{
    public const int HashBits = 64;

    /// <exception cref="DagFormatException">Not a shard that can be here.</exception>
    public HamtShard Shard(UnixFsNode node, IReadOnlyList<DagPbLink> links)
    {
        if (node.Type != UnixFsType.HamtShard)
            throw new DagFormatException($"{Cid} is a {node.Type}, not a directory.");
        if (node.HashType != UnixFsNode.Murmur3 || !HamtShard.IsFanout(node.Fanout))
        {
            throw new DagFormatException($"Directory {Cid} is sharded by hash 0x{node.HashType:x} with fanout {node.Fanout}; "
                + "0x22 and powers of two from 8 to 1024 are known.");
        }

        if (links.Count == 0 && Bits > 0)
            throw new DagFormatException($"Shard {Cid} is empty.");
        var shard = new HamtShard(this, BitOperations.Log2(node.Fanout));
        if (Bits + shard.SlotBits > HashBits)
            throw new DagFormatException($"Directory shard {Cid} is deeper than its hash.");
        foreach (var link in links)
        {
            if (shard.SlotOf(link) is null)
                throw new DagFormatException($"A link of shard {Cid} does not begin with its slot.");
        }

        return shard;
    }
}

/// <summary>A shard that was read: each link's name begins with its slot in hexadecimal digits, and an entry's own name follows.</summary>
/// <remarks>Source: the UnixFS specification, "HAMT-sharded directories"; fanouts as other implementations take them.</remarks>
internal readonly record struct HamtShard(HamtPosition At, int SlotBits)
{
    public int Digits => (SlotBits + 3) / 4;

    public static bool IsFanout(ulong fanout) => fanout is >= 8 and <= 1024 && BitOperations.IsPow2(fanout);

    /// <summary>Whether a link of a shard leads to the next shard, and not to an entry.</summary>
    public bool IsShard(DagPbLink link) => link.Name.Length == Digits;

    public HamtPosition Below(DagPbLink link) => new(link.Cid, At.Bits + SlotBits, PrefixOf(link));

    /// <summary>The entry under its own name.</summary>
    /// <exception cref="DagFormatException">Its name does not hash to where it is.</exception>
    public DagPbLink Entry(DagPbLink link)
    {
        string name = link.Name[Digits..];
        int rest = HamtPosition.HashBits - At.Bits - SlotBits;
        // Shifting by 64 would not shift at all, but a shard uses at least 3 bits.
        return HamtBuilder.Hash(name) >> rest == PrefixOf(link) >> rest
            ? link with { Name = name }
            : throw new DagFormatException($"The entry \"{name}\" of shard {At.Cid} is in the wrong slot.");
    }

    /// <summary>How the links of a name's slot begin.</summary>
    public string Slot(ulong hash)
    {
        ulong slot = (hash >> (HamtPosition.HashBits - At.Bits - SlotBits)) & ((1ul << SlotBits) - 1);
        return slot.ToString($"X{Digits}", CultureInfo.InvariantCulture);
    }

    public ulong? SlotOf(DagPbLink link) => link.Name.Length >= Digits
        && ulong.TryParse(link.Name.AsSpan(0, Digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong slot)
        && slot < 1ul << SlotBits ? slot : null;

    private ulong PrefixOf(DagPbLink link) => At.Prefix | SlotOf(link)!.Value << (HamtPosition.HashBits - At.Bits - SlotBits);
}
