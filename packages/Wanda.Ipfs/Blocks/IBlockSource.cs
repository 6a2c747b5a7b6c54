namespace Wanda.Ipfs;

/// <summary>Anything that can be asked for a block by CID: the store, a Kubo daemon, a gateway.</summary>
public interface IBlockSource
{
    /// <summary>Reads a block into <paramref name="buffer"/> and verifies it.</summary>
    /// <param name="cid">The block wanted.</param>
    /// <param name="buffer">
    /// Where the bytes go; <see cref="Block.MaxBytes"/> long unless the length is known. The block refers to it.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BlockNotFoundException">The source has no sound copy; the message says where it looked.</exception>
    ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>The length of a block, without reading it where the source can tell; null when it has none.</summary>
    ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken);
}
