using Wanda.Ipfs;

namespace Wanda.Destinations.Check;

/// <summary>The one block that is sent.</summary>
internal sealed class OneBlock(Block block) : IBlockSource
{
    public ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (cid != block.Cid)
            throw new BlockNotFoundException(cid, "It is not the block of the test.");
        block.Data.CopyTo(buffer);
        return ValueTask.FromResult(Block.Verify(cid, buffer[..block.Data.Length]));
    }

    public ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken) =>
        ValueTask.FromResult<int?>(cid == block.Cid ? block.Data.Length : null);
}
