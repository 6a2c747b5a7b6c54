using Wanda.Ipfs;

namespace Wanda.Destinations.Kubo;

/// <summary>
/// A daemon's own blocks, as a copy: that one is missing or damaged is said of the copy, and that it did not tell of the destination.
/// </summary>
internal sealed class KuboCopy(KuboClient client, string destination) : IBlockSource
{
    /// <exception cref="NotHeldException">It answers, and lacks the block or has a damaged one.</exception>
    /// <exception cref="DestinationDownException">It did not tell.</exception>
    public async ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await client.Blocks.ReadAsync(cid, buffer, cancellationToken);
        }
        catch (BlockNotFoundException e)
        {
            throw KuboVerdict.Of(destination, e, cid.ToString());
        }
    }

    public async ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken) =>
        await KuboVerdict.RunAsync(destination, cid.ToString(), async () => await client.Blocks.FindAsync(cid, cancellationToken));
}
