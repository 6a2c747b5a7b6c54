using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>What is here of a node's own; the rest is answered for as if it were not here.</summary>
/// <param name="inner">What is here.</param>
/// <param name="held">Whose it is.</param>
/// <param name="node">Who asks.</param>
/// <param name="brought">Blocks that came with this request, and so are the node's own.</param>
internal sealed class OwnBlocks(IBlockSource inner, HeldBlocks held, string node, Func<Cid, bool>? brought = null) : IBlockSource
{
    // Most are found and then read.
    private Cid? _last;

    public async ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken) =>
        await IsOwnAsync(cid, cancellationToken)
            ? await inner.ReadAsync(cid, buffer, cancellationToken)
            : throw new BlockNotFoundException(cid, "nothing that you have pinned here keeps it, and here a node reads its own.");

    public async ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken) =>
        await IsOwnAsync(cid, cancellationToken) ? await inner.FindAsync(cid, cancellationToken) : null;

    private async ValueTask<bool> IsOwnAsync(Cid cid, CancellationToken cancellationToken)
    {
        if (cid == _last || cid.Hash.Function == HashFunction.Identity || brought?.Invoke(cid) == true)
            return true;
        if (!await held.HasAsync(node, cid, cancellationToken))
            return false;
        _last = cid;
        return true;
    }
}
