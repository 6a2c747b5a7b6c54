using System.Buffers;
using System.Runtime.CompilerServices;

namespace Wanda.Ipfs;

/// <summary>Reads files and directories from blocks; every byte is verified on its way.</summary>
public static class UnixFsReader
{
    /// <summary>What a CID stands for.</summary>
    /// <param name="Type">File or directory; <see cref="UnixFsType.File"/> for raw blocks.</param>
    /// <param name="Size">Bytes of a file, or of a link's target; null for directories.</param>
    public readonly record struct Entry(UnixFsType Type, long? Size)
    {
        /// <summary>Permissions, 0 to 4095, where the maker wrote them (UnixFS 1.5).</summary>
        public int? Mode { get; init; }

        /// <summary>When the content was changed last, where the maker wrote it (UnixFS 1.5).</summary>
        public DateTimeOffset? Modified { get; init; }
    }

    /// <summary>Tells files from directories by reading one block.</summary>
    /// <exception cref="BlockNotFoundException">The block is missing.</exception>
    /// <exception cref="DagFormatException">The block is not UnixFS.</exception>
    public static Task<Entry> StatAsync(IBlockSource source, Cid cid, CancellationToken cancellationToken = default) =>
        WithBlockAsync(source, cid, block =>
        {
            if (cid.Codec == Codec.Raw)
                return new Entry(UnixFsType.File, block.Data.Length);
            var (_, node) = Decode(block);
            bool hasContent = node.Type is UnixFsType.File or UnixFsType.Raw or UnixFsType.Symlink;
            return new Entry(node.Type, hasContent ? node.Length : null) { Mode = node.Mode, Modified = node.Modified };
        }, cancellationToken);

    /// <summary>
    /// Opens a file as a seekable stream that reads one block at a time: a range costs its own blocks and their ancestors.
    /// </summary>
    /// <exception cref="DagFormatException">Not a file.</exception>
    /// <exception cref="BlockNotFoundException">The root is missing; a missing leaf throws at its read.</exception>
    public static async Task<UnixFsStream> OpenAsync(IBlockSource source, Cid cid, CancellationToken cancellationToken = default)
    {
        var (type, size) = await StatAsync(source, cid, cancellationToken).ConfigureAwait(false);
        return size is { } length && type != UnixFsType.Symlink
            ? new(source, cid, length)
            : throw new DagFormatException($"{cid} is a {type}, not a file.");
    }

    /// <summary>The entries of a directory, flat or sharded, in the order of its blocks.</summary>
    /// <exception cref="DagFormatException">Not a directory, or a malformed one.</exception>
    /// <exception cref="BlockNotFoundException">A block of the directory is missing.</exception>
    public static async IAsyncEnumerable<DagPbLink> ListAsync(
        IBlockSource source, Cid directory, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var ahead = new Stack<HamtPosition>([new(directory)]);
        while (ahead.TryPop(out var at))
        {
            var (_, links, shard) = await ShardAsync(source, at, cancellationToken).ConfigureAwait(false);
            Push(ahead, shard, links);
            foreach (var link in links.Where(l => shard is null || !shard.Value.IsShard(l)))
                yield return shard?.Entry(link) ?? link;
        }
    }

    /// <summary>The blocks of a directory itself, without those of its entries: one, or all its shards, depth-first.</summary>
    /// <exception cref="DagFormatException">Not a directory, or a malformed one.</exception>
    /// <exception cref="BlockNotFoundException">A block of the directory is missing.</exception>
    public static async IAsyncEnumerable<BlockInfo> ListShardsAsync(
        IBlockSource source, Cid directory, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var ahead = new Stack<HamtPosition>([new(directory)]);
        while (ahead.TryPop(out var at))
        {
            var (length, links, shard) = await ShardAsync(source, at, cancellationToken).ConfigureAwait(false);
            // Entries in wrong slots are refused here too: they keep a few blocks from being a directory without end.
            foreach (var link in links.Where(l => shard is not null && !shard.Value.IsShard(l)))
                shard!.Value.Entry(link);
            Push(ahead, shard, links);
            yield return new(at.Cid, length);
        }
    }

    /// <summary>What a symbolic link leads to, in the bytes that its maker wrote.</summary>
    /// <exception cref="DagFormatException">Not a symbolic link.</exception>
    /// <exception cref="BlockNotFoundException">The block is missing.</exception>
    public static Task<byte[]> ReadLinkAsync(IBlockSource source, Cid cid, CancellationToken cancellationToken = default) =>
        WithBlockAsync(source, cid, block => Decode(block).Node is { Type: UnixFsType.Symlink } node
            ? node.Data.ToArray()
            : throw new DagFormatException($"{cid} is not a symbolic link."), cancellationToken);

    /// <summary>Follows a path of names separated by <c>/</c>, reading only the blocks on its way.</summary>
    /// <returns>The last name and what it leads to, with size 0; for an empty path the root under an empty name.</returns>
    /// <exception cref="PathNotFoundException">There is no such entry, or what has it is no directory.</exception>
    /// <exception cref="DagFormatException">A block on the way is not what its codec says.</exception>
    /// <exception cref="BlockNotFoundException">A block on the way is missing.</exception>
    public static async Task<DagPbLink> ResolveAsync(
        IBlockSource source, Cid root, string path, CancellationToken cancellationToken = default)
    {
        var found = await DagPath.ResolveAsync(source, root, path.Split('/', StringSplitOptions.RemoveEmptyEntries), cancellationToken)
            .ConfigureAwait(false);
        return new(found.Name, found.Cid, 0);
    }

    internal static (IReadOnlyList<DagPbLink> Links, UnixFsNode Node) Decode(Block block)
    {
        if (block.Cid.Codec != Codec.DagPb)
            throw new DagFormatException($"{block.Cid} is not a UnixFS node (codec 0x{(ulong)block.Cid.Codec:x}).");
        var pb = DagPbNode.Decode(block.Data);
        var node = UnixFsNode.Decode(pb.Data);
        // The data would point into a buffer that is about to be used again.
        return (pb.Links, node with { Data = node.Data.ToArray() });
    }

    // A directory in one block has no shard.
    private static Task<(int Length, IReadOnlyList<DagPbLink> Links, HamtShard? Shard)> ShardAsync(
        IBlockSource source, HamtPosition at, CancellationToken cancellationToken) =>
        WithBlockAsync(source, at.Cid, block =>
        {
            var (links, node) = Decode(block);
            bool isFlat = node.Type == UnixFsType.Directory && at.Bits == 0;
            return (block.Data.Length, links, isFlat ? null : (HamtShard?)at.Shard(node, links));
        }, cancellationToken);

    private static void Push(Stack<HamtPosition> ahead, HamtShard? shard, IReadOnlyList<DagPbLink> links)
    {
        for (int i = links.Count - 1; i >= 0 && shard is not null; i--)
        {
            if (shard.Value.IsShard(links[i]))
                ahead.Push(shard.Value.Below(links[i]));
        }
    }

    private static async Task<T> WithBlockAsync<T>(IBlockSource source, Cid cid, Func<Block, T> use, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Block.MaxBytes);
        try
        {
            return use(await source.ReadAsync(cid, buffer, cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
