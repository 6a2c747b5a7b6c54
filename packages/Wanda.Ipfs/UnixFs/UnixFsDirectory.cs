namespace Wanda.Ipfs;

/// <summary>A directory made from the names, CIDs and sizes of its entries alone: nothing that it lists need be at hand.</summary>
public sealed class UnixFsDirectory
{
    private UnixFsDirectory(IReadOnlyList<Block> blocks, long dagSize) => (Blocks, DagSize) = (blocks, dagSize);

    /// <summary>The CID of the directory.</summary>
    public Cid Root => Blocks[0].Cid;

    /// <summary>
    /// The directory's own blocks, root first and depth-first: one, or the shards of a HAMT. The entries' blocks are not among them.
    /// </summary>
    public IReadOnlyList<Block> Blocks { get; }

    /// <summary>Bytes of the own blocks and of everything linked: what a parent writes as this directory's size.</summary>
    public long DagSize { get; }

    /// <summary>Builds the directory.</summary>
    /// <param name="profile">Decides CID version and when to shard.</param>
    /// <param name="entries">
    /// In any order; each <see cref="DagPbLink.DagSize"/> must be what the importer reported, or the CID differs from what others compute.
    /// </param>
    /// <exception cref="ArgumentException">A name is empty, <c>.</c>, <c>..</c>, holds <c>/</c> or NUL, or occurs twice.</exception>
    public static UnixFsDirectory Build(UnixFsProfile profile, IEnumerable<DagPbLink> entries)
    {
        var sorted = entries.Select(e => (Key: DagPbName.Encode(e.Name), Link: e)).ToList();
        // dag-pb orders by the bytes of the name, which is not the order of .NET strings.
        sorted.Sort((a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
        for (int i = 0; i < sorted.Count; i++)
        {
            string name = sorted[i].Link.Name;
            if (name is "" or "." or ".." || name.AsSpan().ContainsAny('/', '\0'))
                throw new ArgumentException($"\"{name}\" cannot be the name of a directory entry.", nameof(entries));
            if (i > 0 && name == sorted[i - 1].Link.Name)
                throw new ArgumentException($"The name \"{name}\" occurs twice in the directory.", nameof(entries));
        }

        var links = sorted.ConvertAll(e => e.Link);
        if (profile.DirectorySizing == DirectorySizing.Links
            && sorted.Sum(e => (long)e.Key.Length + e.Link.Cid.Bytes.Length) > profile.DirectoryThreshold)
        {
            return Shard(profile, links);
        }

        byte[] bytes = new DagPbNode(links, new UnixFsNode(UnixFsType.Directory).Encode()).Encode();
        return profile.DirectorySizing == DirectorySizing.Block && bytes.Length > profile.DirectoryThreshold
            ? Shard(profile, links)
            : new([Block.Trusted(profile.NodeCid(bytes), bytes)], bytes.Length + links.Sum(l => l.DagSize));
    }

    private static UnixFsDirectory Shard(UnixFsProfile profile, List<DagPbLink> links)
    {
        var builder = new HamtBuilder(profile);
        long dagSize = builder.Build(links);
        return new(builder.Blocks, dagSize);
    }
}
