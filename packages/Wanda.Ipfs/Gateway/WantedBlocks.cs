namespace Wanda.Ipfs;

/// <summary>
/// Which blocks belong to what was asked for, learnt from those that came. A block that no link named is refused, and one comes at most as
/// often as links name it, so no answer is longer than the DAG.
/// </summary>
internal sealed class WantedBlocks(Cid root, DagScope scope)
{
    private readonly Dictionary<Cid, int> _links = new() { [root] = 1 };
    private readonly HashSet<Cid> _here = [];

    /// <summary>A block that did not come; null when all did.</summary>
    public Cid? Missing => _links.Keys.Where(cid => !_here.Contains(cid)).Cast<Cid?>().FirstOrDefault();

    /// <returns>False when nobody asked for the block.</returns>
    public bool Take(Block block)
    {
        if (!_links.TryGetValue(block.Cid, out int open) || open == 0)
            return false;
        _links[block.Cid] = open - 1;
        if (_here.Add(block.Cid))
        {
            // What an identity CID stands for is in the CID itself, and in no CAR.
            foreach (var cid in Below(block).Where(c => c.Hash.Function != HashFunction.Identity))
                _links[cid] = _links.GetValueOrDefault(cid) + 1;
        }

        return true;
    }

    private IEnumerable<Cid> Below(Block block)
    {
        if (scope == DagScope.Block)
            return [];
        var at = new EntityLink(block.Cid, 0);
        return (scope == DagScope.Entity ? EntityLink.Below(block, at, bytes: null) : EntityLink.All(block, at)).Select(l => l.Cid);
    }
}
