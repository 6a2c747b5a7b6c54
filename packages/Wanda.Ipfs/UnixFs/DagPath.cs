using System.Buffers;

namespace Wanda.Ipfs;

/// <summary>A path that was followed, with the blocks that prove where it leads: <c>/ipfs/ROOT/a/b</c>.</summary>
/// <remarks>
/// Source: IPFS specs, "Path Gateway" and "Trustless Gateway" (section "CAR responses"). UnixFS directories, flat and sharded, and the maps
/// and lists of dag-cbor and dag-json are followed; symlinks are not.
/// </remarks>
public sealed class DagPath
{
    private readonly List<Cid> _segments = [];
    private readonly List<Cid> _way = [];

    private DagPath(Cid root) => (Root, Cid) = (root, root);

    /// <summary>Where the path begins.</summary>
    public Cid Root { get; }

    /// <summary>The block that it leads to.</summary>
    public Cid Cid { get; private set; }

    /// <summary>The last name; empty for the root itself.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Names that lead to a value inside of the block <see cref="Cid"/>, which has no CID of its own; 0 in UnixFS.</summary>
    public int Inside { get; private set; }

    /// <summary>The root, and for each name the block that it leads to or stays in.</summary>
    public IReadOnlyList<Cid> Segments => _segments;

    /// <summary>The blocks read on the way, from the root on, without <see cref="Cid"/>: directories with their shards.</summary>
    public IReadOnlyList<Cid> Way => _way;

    /// <summary>Follows the names, reading only the blocks on their way.</summary>
    /// <param name="source">Where the blocks are.</param>
    /// <param name="root">Where to begin.</param>
    /// <param name="names">What to follow.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="PathNotFoundException">There is no such entry, or what has it is no directory.</exception>
    /// <exception cref="DagFormatException">A block on the way is not what its codec says.</exception>
    /// <exception cref="BlockNotFoundException">A block on the way is missing.</exception>
    public static async Task<DagPath> ResolveAsync(
        IBlockSource source, Cid root, IReadOnlyList<string> names, CancellationToken cancellationToken = default)
    {
        var path = new DagPath(root);
        path._segments.Add(root);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Block.MaxBytes);
        try
        {
            for (int done = 0; done < names.Count;)
                done += await path.StepAsync(source, names, done, buffer, cancellationToken).ConfigureAwait(false);
            path.Name = names.LastOrDefault() ?? "";
            return path;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // As many names as one block, or one directory, knows.
    private async Task<int> StepAsync(
        IBlockSource source, IReadOnlyList<string> names, int done, byte[] buffer, CancellationToken cancellationToken)
    {
        if (Cid.Codec == Codec.DagPb)
        {
            var entry = await EntryAsync(source, names[done], buffer, cancellationToken).ConfigureAwait(false);
            Go((entry ?? throw Missing(names, done)).Cid);
            return 1;
        }

        if (Cid.Codec is not (Codec.DagCbor or Codec.DagJson))
            throw Missing(names, done);
        var block = await source.ReadAsync(Cid, buffer, cancellationToken).ConfigureAwait(false);
        var (link, count) = (Cid.Codec == Codec.DagCbor ? IpldCbor.Find(block.Data, names, done) : IpldJson.Find(block.Data, names, done))
            ?? throw Missing(names, done);
        for (int i = 1; i < count || (i == count && link is null); i++)
            _segments.Add(Cid);
        if (link is null)
            Inside = count;
        else
            _way.Add(Cid);
        if (link is not null && count == 0)
            throw new DagFormatException($"{Cid} is nothing but a link.");
        if (link is { } target)
            Go(target);
        return count;
    }

    private void Go(Cid cid)
    {
        Cid = cid;
        _segments.Add(cid);
    }

    private async Task<DagPbLink?> EntryAsync(IBlockSource source, string name, byte[] buffer, CancellationToken cancellationToken)
    {
        ulong hash = HamtBuilder.Hash(name);
        var at = new HamtPosition(Cid);
        while (true)
        {
            var block = await source.ReadAsync(at.Cid, buffer, cancellationToken).ConfigureAwait(false);
            var (links, node) = UnixFsReader.Decode(block);
            if (at.Bits == 0 && node.Type is not (UnixFsType.Directory or UnixFsType.HamtShard))
                return null;
            _way.Add(at.Cid);
            if (at.Bits == 0 && node.Type == UnixFsType.Directory)
                return Find(links, name);
            var shard = at.Shard(node, links);
            string slot = shard.Slot(hash);
            if (Find(links, slot) is not { } below)
                return Find(links, slot + name) is { } found ? shard.Entry(found) : null;
            at = shard.Below(below);
        }
    }

    // Of two entries with one name the first, as the UnixFS specification has it.
    private static DagPbLink? Find(IReadOnlyList<DagPbLink> links, string name)
    {
        foreach (var link in links)
        {
            if (string.Equals(link.Name, name, StringComparison.Ordinal))
                return link;
        }

        return null;
    }

    private PathNotFoundException Missing(IReadOnlyList<string> names, int done) =>
        new(Root, "/" + string.Join('/', names.Take(done + 1)));
}
