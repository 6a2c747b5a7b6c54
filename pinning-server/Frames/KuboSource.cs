using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>Blocks of our own first, then of the daemon. That the daemon does not answer is never taken for a missing block.</summary>
internal sealed class KuboSource(IBlockSource own, KuboBlocks daemon) : IBlockSource
{
    /// <exception cref="RemoteException">The daemon does not tell.</exception>
    public async ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await own.ReadAsync(cid, buffer, cancellationToken);
        }
        catch (BlockNotFoundException)
        {
            // Not in our own store; the daemon may have it.
        }

        try
        {
            return await daemon.ReadAsync(cid, buffer, cancellationToken);
        }
        catch (BlockNotFoundException e) when (e.InnerException is RemoteException remote)
        {
            throw remote;
        }
    }

    public async ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken) =>
        await own.FindAsync(cid, cancellationToken) ?? await daemon.FindAsync(cid, cancellationToken);
}
