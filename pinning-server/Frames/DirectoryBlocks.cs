using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>The blocks of a directory itself, without those of its entries: one, or the shards of a large one.</summary>
internal static class DirectoryBlocks
{
    /// <exception cref="BlockNotFoundException">A shard is missing.</exception>
    /// <exception cref="DagFormatException">Not a directory.</exception>
    public static async Task<List<BlockInfo>> ListAsync(IBlockSource source, Cid root, CancellationToken cancellationToken) =>
        await UnixFsReader.ListShardsAsync(source, root, cancellationToken).ToListAsync(cancellationToken);
}
