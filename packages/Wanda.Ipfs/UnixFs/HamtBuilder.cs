namespace Wanda.Ipfs;

/// <summary>
/// Splits a large directory by the hash of its names, one byte a level: a slot with one entry links it, a slot with more links a shard.
/// </summary>
/// <remarks>Source: the UnixFS specification, "HAMT-sharded directories".</remarks>
internal sealed class HamtBuilder(UnixFsProfile profile)
{
    /// <summary>Levels that a 64-bit hash can tell apart.</summary>
    public const int MaxDepth = sizeof(ulong);

    private readonly List<Block> _blocks = [];

    public IReadOnlyList<Block> Blocks => _blocks;

    public static byte Slot(ulong hash, int depth) => (byte)(hash >> (56 - 8 * depth));

    public static ulong Hash(string name) => Murmur3.Hash64(DagPbName.Encode(name));

    /// <returns>The DAG size of the whole.</returns>
    public long Build(List<DagPbLink> entries) => Build(entries.ConvertAll(e => (Hash(e.Name), e)), 0).DagSize;

    private (Cid Cid, long DagSize) Build(List<(ulong Hash, DagPbLink Link)> entries, int depth)
    {
        if (depth == MaxDepth)
        {
            throw new ArgumentException(
                $"The names \"{entries[0].Link.Name}\" and \"{entries[1].Link.Name}\" share a 64-bit hash; a HAMT cannot hold both.");
        }

        int own = _blocks.Count;
        _blocks.Add(default); // Its place in depth-first order; its bytes depend on its children.
        var links = new List<DagPbLink>();
        var bitmap = new byte[UnixFsNode.HamtFanout / 8];
        foreach (var slot in entries.GroupBy(e => Slot(e.Hash, depth)).OrderBy(g => g.Key))
        {
            bitmap[^(slot.Key / 8 + 1)] |= (byte)(1 << slot.Key % 8);
            var members = slot.ToList();
            if (members is [var only])
            {
                links.Add(only.Link with { Name = $"{slot.Key:X2}{only.Link.Name}" });
            }
            else
            {
                var (cid, dagSize) = Build(members, depth + 1);
                links.Add(new($"{slot.Key:X2}", cid, dagSize));
            }
        }

        var data = new UnixFsNode(UnixFsType.HamtShard)
        {
            Data = bitmap.AsMemory(bitmap.AsSpan().IndexOfAnyExcept((byte)0)),
            HashType = UnixFsNode.Murmur3,
            Fanout = UnixFsNode.HamtFanout,
        };
        byte[] bytes = new DagPbNode(links, data.Encode()).Encode();
        _blocks[own] = Block.Trusted(profile.NodeCid(bytes), bytes);
        return (_blocks[own].Cid, bytes.Length + links.Sum(l => l.DagSize));
    }
}
