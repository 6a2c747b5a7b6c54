using Wanda.Ipfs;

namespace Wanda.Destinations.Wanda;

/// <summary>The blocks on a WANDA pinning server, from its gateway: it serves from its own store and fetches from nobody. Each is verified.</summary>
internal sealed class WandaBlocks(string name, WandaClient client) : IBlockSource
{
    /// <exception cref="BlockNotFoundException">It does not have the block, or sent other bytes.</exception>
    /// <exception cref="DestinationDownException">It does not answer, or refuses us.</exception>
    public async ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (await client.BlockAsync(cid, buffer, cancellationToken) is not { } length)
            throw new BlockNotFoundException(cid, $"{name} does not have it.");
        try
        {
            return Block.Verify(cid, buffer[..length]);
        }
        catch (BlockMismatchException e)
        {
            throw new BlockNotFoundException(cid, $"{name} sent other bytes: {e.Message}", damaged: true, e);
        }
    }

    public async ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken)
    {
        var buffer = new byte[Block.MaxBytes];
        return await client.BlockAsync(cid, buffer, cancellationToken);
    }
}
