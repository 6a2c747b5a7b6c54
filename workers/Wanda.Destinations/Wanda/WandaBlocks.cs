using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations.Wanda;

/// <summary>The blocks on a WANDA pinning server, from its gateway; each is verified.</summary>
internal sealed class WandaBlocks(string name, TrustlessGateway gateway) : IBlockSource
{
    /// <exception cref="BlockNotFoundException">It does not have the block, or sent other bytes.</exception>
    /// <exception cref="DestinationDownException">It does not answer, or refuses us.</exception>
    public async ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await gateway.ReadAsync(cid, buffer, cancellationToken);
        }
        catch (BlockNotFoundException e) when (e.Find<RemoteException>() is { } remote)
        {
            throw remote.Failure switch
            {
                RemoteFailure.NotFound => new BlockNotFoundException(cid, $"{name} does not have it."),
                RemoteFailure.Malformed => new BlockNotFoundException(cid, remote.Message),
                _ => Verdict.Of(name, remote, "a request", WandaDestination.Kind),
            };
        }
    }

    public async ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken)
    {
        try
        {
            return await gateway.FindAsync(cid, cancellationToken);
        }
        catch (RemoteException e)
        {
            throw Verdict.Of(name, e, "a request", WandaDestination.Kind);
        }
    }
}
