using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>Blocks for one question: counted, bounded, and every few read others have their turn.</summary>
internal sealed class MeteredSource(IBlockSource inner, FairTurns.Place place, long? maxBytes) : IBlockSource
{
    // Some 50 ms of a disk.
    private const long Slice = 16 << 20;

    private long _slice;

    /// <summary>Bytes that were read.</summary>
    public long Bytes { get; private set; }

    /// <exception cref="ApiException">400: there is more than any upload may have.</exception>
    public async ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_slice >= Slice)
        {
            _slice = 0;
            await place.YieldAsync(cancellationToken);
        }

        var block = await inner.ReadAsync(cid, buffer, cancellationToken);
        Bytes += block.Data.Length;
        _slice += block.Data.Length;
        return Bytes > maxBytes
            ? throw ApiException.BadRequest($"A question is about {maxBytes} bytes at most, as an upload is.")
            : block;
    }

    public ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken) => inner.FindAsync(cid, cancellationToken);
}
