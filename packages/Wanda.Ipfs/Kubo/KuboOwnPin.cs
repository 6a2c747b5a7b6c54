namespace Wanda.Ipfs;

/// <summary>
/// A pin that nobody else has: a small tree of our own that links to each block which is to be kept, pinned recursively. A daemon has one
/// pin a CID, whoever asked for it, so that a pin on the frame itself may be somebody else's to take away, and ours may be his.
/// </summary>
/// <remarks>
/// Blocks are linked to as raw ones, by their hashes: a pin keeps them and follows none of their links, so that a directory is kept without
/// the frames that it names, and a damaged node keeps the daemon from neither looking through its pins nor collecting. The same owner and
/// blocks give the same tree.
/// </remarks>
public sealed record KuboOwnPin
{
    // Some 45 bytes a link: far below the 2 MiB that a block may have.
    private const int MaxLinks = 8192;

    // The UnixFS message of a directory, which a user can list.
    private static readonly byte[] Directory = [0x08, 0x01];

    private KuboOwnPin(IReadOnlyList<Block> blocks) => Blocks = blocks;

    /// <summary>What is pinned.</summary>
    public Cid Root => Blocks[0].Cid;

    /// <summary>The tree's own blocks, root first; they go into the CAR before what they keep.</summary>
    public IReadOnlyList<Block> Blocks { get; }

    /// <param name="owner">
    /// Who keeps it and what for, such as a node's peer id and a destination's name: no secret, it is in the tree.
    /// </param>
    /// <param name="kept">The blocks that the pin is to keep, root first; at least one.</param>
    public static KuboOwnPin Of(string owner, IEnumerable<Cid> kept)
    {
        var links = kept.Select(c => c.Hash).Distinct().Select(h => new DagPbLink("", Cid.V1(Codec.Raw, h), 0)).ToList();
        ArgumentOutOfRangeException.ThrowIfZero(links.Count, nameof(kept));
        var groups = links.Count <= MaxLinks ? [] : links.Chunk(MaxLinks).Select(Node).ToList();
        var own = groups.Count == 0 ? links : groups.ConvertAll(g => new DagPbLink("", g.Cid, 0));
        own[0] = own[0] with { Name = $"{owner} {kept.First()}".Replace('/', ' ') };
        return new([Node(own), .. groups]);
    }

    private static Block Node(IReadOnlyList<DagPbLink> links) => Block.Create(Codec.DagPb, new DagPbNode(links, Directory).Encode());
}
