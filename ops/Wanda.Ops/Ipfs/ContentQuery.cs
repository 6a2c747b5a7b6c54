using Wanda.Catalog;
using Wanda.Ipfs;

namespace Wanda.Ops;

/// <summary>An entry of a directory.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Cid">What it leads to.</param>
/// <param name="Size">Bytes of all blocks below it, as its maker wrote.</param>
/// <param name="Type"><c>file</c>, <c>directory</c>, or <c>unknown</c> where nothing here tells.</param>
internal sealed record ContentEntry(string Name, string Cid, long Size, string Type);

/// <summary>
/// What is under a CID that may be a directory: blocks of this node first, then of whoever frames are got back from.
/// </summary>
internal sealed class ContentQuery(Catalogue catalogue, FetchedStore fetched, FrameRetrieval retrieval)
{
    private const int MostEntries = 10_000;

    /// <summary>Follows names from a root.</summary>
    /// <inheritdoc cref="DagPath.ResolveAsync" path="/exception"/>
    public async Task<Cid> ResolveAsync(Cid root, IReadOnlyList<string> names, Action beforeFetching, CancellationToken cancellationToken)
    {
        if (names.Count == 0)
            return root;
        await using var blocks = await BlocksAsync(root, beforeFetching, cancellationToken);
        var path = await DagPath.ResolveAsync(blocks.Source, root, names, cancellationToken);
        return path.Inside == 0 ? path.Cid : throw new PathNotFoundException(root, "/" + string.Join('/', names));
    }

    /// <summary>The entries of a directory; null when it is a file.</summary>
    /// <exception cref="BlockNotFoundException">Nobody has it.</exception>
    public async Task<IReadOnlyList<ContentEntry>?> EntriesAsync(Cid cid, Action beforeFetching, CancellationToken cancellationToken)
    {
        await using var blocks = await BlocksAsync(cid, beforeFetching, cancellationToken);
        switch ((await UnixFsReader.StatAsync(blocks.Source, cid, cancellationToken)).Type)
        {
            case UnixFsType.Symlink:
                throw new DagFormatException($"{cid} is a symbolic link, which is not followed.");
            case not (UnixFsType.Directory or UnixFsType.HamtShard):
                return null;
        }

        var (entries, own) = (new List<ContentEntry>(), await retrieval.Own.FindAsync(cancellationToken));
        await foreach (var link in UnixFsReader.ListAsync(blocks.Source, cid, cancellationToken))
        {
            if (entries.Count == MostEntries)
                throw new DagFormatException($"{cid} has more than {MostEntries:N0} entries; ask for them by their names.");
            entries.Add(new ContentEntry(link.Name, link.Cid.ToString(), link.DagSize, await TypeAsync(own, link.Cid, cancellationToken)));
        }

        return entries;
    }

    private async Task<string> TypeAsync(BlockStore? own, Cid cid, CancellationToken cancellationToken)
    {
        if (cid.Codec == Codec.Raw)
            return "file";
        try
        {
            if (own is not null)
            {
                return (await UnixFsReader.StatAsync(own, cid, cancellationToken)).Type is UnixFsType.Directory or UnixFsType.HamtShard
                    ? "directory"
                    : "file";
            }
        }
        catch (Exception e) when (e is BlockNotFoundException or DagFormatException)
        {
            // A frame that was let go here, as most of an old night are.
        }

        return await catalogue.Captures.CountByCidAsync(cid.ToString(), cancellationToken) > 0 ? "file" : "unknown";
    }

    private async Task<Blocks> BlocksAsync(Cid root, Action beforeFetching, CancellationToken cancellationToken)
    {
        var sources = new List<IBlockSource>();
        if (await retrieval.Own.FindAsync(cancellationToken) is { } own)
            sources.Add(own);
        try
        {
            sources.Add(await fetched.OpenAsync(root, cancellationToken));
        }
        catch (BlockNotFoundException)
        {
            // It was not fetched before.
        }

        var copy = new RepairSources(catalogue, fetched, retrieval).CopyOf(new Pin("", root, PinMode.Recursive, default));
        return new Blocks(new FallbackSource([.. sources, new Watched(copy, beforeFetching)]), copy);
    }

    private sealed record Blocks(IBlockSource Source, ICopy Copy) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Copy.DisposeAsync();
    }

    private sealed class Watched(IBlockSource copy, Action beforehand) : IBlockSource
    {
        public ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken)
        {
            beforehand();
            return copy.ReadAsync(cid, buffer, cancellationToken);
        }

        public ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken)
        {
            beforehand();
            return copy.FindAsync(cid, cancellationToken);
        }
    }
}
