using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations;

/// <summary>The blocks of an item as we have them.</summary>
internal static class OwnBlocks
{
    /// <summary>Those that are to be sent, in the order of a CAR.</summary>
    /// <exception cref="PoisonException">One is missing or damaged here.</exception>
    public static async Task<IReadOnlyList<BlockInfo>> ListAsync(IBlockSource ipfs, OffloadItem item, CancellationToken cancellationToken)
    {
        try
        {
            var blocks = new List<BlockInfo>();
            await foreach (var block in ipfs.ListAsync(item.Cid, item.Elsewhere, cancellationToken))
                blocks.Add(block);
            return blocks;
        }
        catch (BlockNotFoundException e)
        {
            throw Damaged(item, e);
        }
    }

    /// <summary>Reads them, for those who have others' blocks in hand as well: what is missing or damaged here is told as ours.</summary>
    public static IBlockSource Reading(IBlockSource ipfs, OffloadItem item) => new Ours(ipfs, item);

    /// <summary>What is said when our own bytes are not what they were: no destination can heal that by waiting.</summary>
    public static PoisonException Damaged(OffloadItem item, Exception e) => new(
        $"{item.Labels.Session}/{item.Labels.Name} cannot be read here as it was saved: {e.Message} Restore its file and retry this "
            + "message.", e);

    private sealed class Ours(IBlockSource ipfs, OffloadItem item) : IBlockSource
    {
        public async ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken)
        {
            try
            {
                return await ipfs.ReadAsync(cid, buffer, cancellationToken);
            }
            catch (BlockNotFoundException e)
            {
                throw Damaged(item, e);
            }
        }

        public ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken) => ipfs.FindAsync(cid, cancellationToken);
    }
}
