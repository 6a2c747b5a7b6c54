namespace Wanda.Ipfs;

/// <summary>
/// Which blocks belong to what was asked for, learnt from those that came. As clients must, it takes blocks that nobody asked for, repeats
/// and any order; what came too early waits. Of what is of no use only so much is taken, so that no answer is without end.
/// </summary>
/// <remarks>Source: IPFS specs, "Trustless Gateway", "CAR responses": order and repeats are the gateway's unless it names them.</remarks>
internal sealed class WantedBlocks
{
    // Of early, repeated and strange blocks together: as much again as a frame has, kept in memory for as far as it may be wanted.
    private const long MaxUseless = 64L << 20;

    // What a block costs beside its bytes, so that empty ones end as well.
    private const int Overhead = 256;

    private readonly DagScope _scope;
    private readonly Dictionary<Cid, int> _links = [];
    private readonly HashSet<Cid> _here = [];
    private readonly Dictionary<Cid, byte[]> _early = [];
    private long _useless;

    public WantedBlocks(Cid root, DagScope scope)
    {
        _scope = scope;
        Link(root, []);
    }

    /// <summary>A block that did not come; null when all did.</summary>
    public Cid? Missing => _links.Keys.Where(cid => !_here.Contains(cid)).Cast<Cid?>().FirstOrDefault();

    /// <summary>Blocks that can be used now, parents before children, each once; the first may share the memory of what came.</summary>
    /// <returns>False when too much came that is of no use.</returns>
    public bool Take(Block block, List<Block> ready)
    {
        ready.Clear();
        if (!_links.TryGetValue(block.Cid, out int open))
        {
            if (!IsIdentity(block.Cid))
                _early.TryAdd(block.Cid, block.Data.ToArray());
            return Waste(block);
        }

        _links[block.Cid] = open - 1;
        if (_here.Contains(block.Cid))
            return open > 0 || Waste(block);
        var ahead = new Stack<Block>([block]);
        while (ahead.TryPop(out var next))
        {
            if (!_here.Add(next.Cid))
                continue;
            ready.Add(next);
            var found = new List<Block>();
            foreach (var cid in Below(next))
                Link(cid, found);
            found.Reverse();
            found.ForEach(ahead.Push);
        }

        return true;
    }

    // What an identity CID stands for is in the CID itself, and in no CAR; what it links is.
    private void Link(Cid cid, List<Block> found)
    {
        if (IsIdentity(cid))
        {
            foreach (var below in Below(Block.Verify(cid, cid.Hash.Digest.ToArray())))
                Link(below, found);
            return;
        }

        _links[cid] = _links.GetValueOrDefault(cid) + 1;
        if (_early.Remove(cid, out byte[]? bytes))
        {
            _useless -= bytes.Length + Overhead;
            found.Add(Block.Trusted(cid, bytes));
        }
    }

    private IEnumerable<Cid> Below(Block block)
    {
        if (_scope == DagScope.Block)
            return [];
        var at = new EntityLink(block.Cid, 0);
        return (_scope == DagScope.Entity ? EntityLink.Below(block, at, bytes: null) : EntityLink.All(block, at)).Select(l => l.Cid);
    }

    private bool Waste(Block block) => (_useless += block.Data.Length + Overhead) <= MaxUseless;

    private static bool IsIdentity(Cid cid) => cid.Hash.Function == HashFunction.Identity;
}
