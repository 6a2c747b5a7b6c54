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

    /// <summary>What is said when our own bytes are not what they were: no destination can heal that by waiting.</summary>
    public static PoisonException Damaged(OffloadItem item, Exception e) => new(
        $"{item.Labels.Session}/{item.Labels.Name} cannot be read here as it was saved: {e.Message} Restore its file and retry this "
            + "message.", e);
}
