using System.Buffers;
using System.Runtime.CompilerServices;

namespace Wanda.Ipfs;

/// <summary>Reads files and directories from blocks; every byte is verified on its way.</summary>
public static class UnixFsReader
{
    /// <summary>What a CID stands for.</summary>
    /// <param name="Type">File or directory; <see cref="UnixFsType.File"/> for raw blocks.</param>
    /// <param name="Size">Bytes of a file; null for directories.</param>
    public readonly record struct Entry(UnixFsType Type, long? Size);

    /// <summary>Tells files from directories by reading one block.</summary>
    /// <exception cref="BlockNotFoundException">The block is missing.</exception>
    /// <exception cref="DagFormatException">The block is not UnixFS.</exception>
    public static Task<Entry> StatAsync(IBlockSource source, Cid cid, CancellationToken cancellationToken = default) =>
        WithBlockAsync(source, cid, block =>
        {
            if (cid.Codec == Codec.Raw)
                return new Entry(UnixFsType.File, block.Data.Length);
            var (_, node) = Decode(block);
            return new Entry(node.Type, node.Type is UnixFsType.File or UnixFsType.Raw ? node.FileSize ?? node.Data.Length : null);
        }, cancellationToken);

    /// <summary>
    /// Opens a file as a seekable stream that reads one block at a time: a range costs its own blocks and their ancestors.
    /// </summary>
    /// <exception cref="DagFormatException">Not a file.</exception>
    /// <exception cref="BlockNotFoundException">The root is missing; a missing leaf throws at its read.</exception>
    public static async Task<UnixFsStream> OpenAsync(IBlockSource source, Cid cid, CancellationToken cancellationToken = default)
    {
        var (type, size) = await StatAsync(source, cid, cancellationToken).ConfigureAwait(false);
        return size is { } length ? new(source, cid, length) : throw new DagFormatException($"{cid} is a {type}, not a file.");
    }

    /// <summary>The entries of a directory, flat or sharded, in the order of its blocks.</summary>
    /// <exception cref="DagFormatException">Not a directory, or a malformed one.</exception>
    /// <exception cref="BlockNotFoundException">A block of the directory is missing.</exception>
    public static async IAsyncEnumerable<DagPbLink> ListAsync(
        IBlockSource source, Cid directory, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var ahead = new Stack<HamtPosition>([new(directory)]);
        while (ahead.TryPop(out var shard))
        {
            var (links, node) = await WithBlockAsync(source, shard.Cid, Decode, cancellationToken).ConfigureAwait(false);
            if (node.Type == UnixFsType.Directory && shard.Depth == 0)
            {
                foreach (var link in links)
                    yield return link;
                yield break;
            }

            shard.Check(node, links);
            // Entries before shards would change the order; push what is behind, then go on in order.
            for (int i = links.Count - 1; i >= 0; i--)
            {
                if (links[i].Name.Length == 2)
                    ahead.Push(shard.Below(links[i]));
            }

            foreach (var link in links.Where(l => l.Name.Length > 2))
                yield return shard.Entry(link);
        }
    }

    /// <summary>Follows a path of names separated by <c>/</c>, reading only the blocks on its way.</summary>
    /// <returns>The link of the last name; for an empty path the root under an empty name, with size 0.</returns>
    /// <exception cref="PathNotFoundException">A directory on the way has no such entry.</exception>
    /// <exception cref="DagFormatException">Something on the way is no directory.</exception>
    /// <exception cref="BlockNotFoundException">A block on the way is missing.</exception>
    public static async Task<DagPbLink> ResolveAsync(
        IBlockSource source, Cid root, string path, CancellationToken cancellationToken = default)
    {
        var at = new DagPbLink("", root, 0);
        string walked = "";
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            walked += $"/{name}";
            at = await FindAsync(source, at.Cid, name, cancellationToken).ConfigureAwait(false)
                ?? throw new PathNotFoundException(root, walked);
        }

        return at;
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

    private static async Task<DagPbLink?> FindAsync(IBlockSource source, Cid directory, string name, CancellationToken cancellationToken)
    {
        ulong hash = HamtBuilder.Hash(name);
        var shard = new HamtPosition(directory);
        while (true)
        {
            var (links, node) = await WithBlockAsync(source, shard.Cid, Decode, cancellationToken).ConfigureAwait(false);
            if (node.Type == UnixFsType.Directory && shard.Depth == 0)
                return links.Cast<DagPbLink?>().FirstOrDefault(l => l!.Value.Name == name);
            shard.Check(node, links);
            string slot = $"{HamtBuilder.Slot(hash, shard.Depth):X2}";
            if (links.Cast<DagPbLink?>().FirstOrDefault(l => l!.Value.Name == slot) is not { } below)
                return links.Cast<DagPbLink?>().FirstOrDefault(l => l!.Value.Name == slot + name) is { } found ? shard.Entry(found) : null;
            shard = shard.Below(below);
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
