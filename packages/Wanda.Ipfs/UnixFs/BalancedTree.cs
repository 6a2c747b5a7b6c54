namespace Wanda.Ipfs;

/// <summary>
/// Joins leaves under nodes of <see cref="UnixFsProfile.MaxLinks"/> links, level upon level, holding only the open node of each level:
/// a terabyte takes a few hundred kilobytes.
/// </summary>
internal sealed class BalancedTree(UnixFsProfile profile, IDagSink? sink)
{
    private readonly List<List<Child>> _levels = [[]];

    public readonly record struct Child(Cid Cid, long FileSize, long DagSize);

    public int Nodes { get; private set; }

    public async ValueTask AddAsync(Child child, CancellationToken cancellationToken, int level = 0)
    {
        if (level == _levels.Count)
            _levels.Add([]);
        _levels[level].Add(child);
        if (_levels[level].Count == profile.MaxLinks)
            await CloseAsync(level, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes what is open. A single child at the top is the root itself: a file of one chunk is its own leaf.</summary>
    public async ValueTask<Child> FinishAsync(CancellationToken cancellationToken)
    {
        for (int level = 0; ; level++)
        {
            bool top = level == _levels.Count - 1;
            if (top && _levels[level] is [var root])
                return root;
            if (_levels[level].Count > 0)
                await CloseAsync(level, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask CloseAsync(int level, CancellationToken cancellationToken)
    {
        var children = _levels[level];
        var data = new UnixFsNode(UnixFsType.File)
        {
            FileSize = children.Sum(c => c.FileSize),
            BlockSizes = children.ConvertAll(c => c.FileSize),
        };
        byte[] bytes = new DagPbNode(children.ConvertAll(c => new DagPbLink("", c.Cid, c.DagSize)), data.Encode()).Encode();
        var block = Block.Trusted(profile.NodeCid(bytes), bytes);
        var node = new Child(block.Cid, data.FileSize.Value, bytes.Length + children.Sum(c => c.DagSize));
        children.Clear();
        Nodes++;
        if (sink is not null)
            await sink.NodeAsync(block, cancellationToken).ConfigureAwait(false);
        await AddAsync(node, cancellationToken, level + 1).ConfigureAwait(false);
    }
}
