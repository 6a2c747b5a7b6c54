namespace Wanda.Ipfs;

/// <summary>Bytes were offered as a block that they are not.</summary>
public sealed class BlockMismatchException(Cid expected, Cid actual, long length)
    : IOException(length > Block.MaxBytes
        ? $"A block of {length} bytes was offered as {expected}; at most {Block.MaxBytes} bytes are taken."
        : $"{length} bytes were offered as {expected}, but their hash makes them {actual}.")
{
    /// <summary>What the bytes were said to be.</summary>
    public Cid Expected { get; } = expected;

    /// <summary>What they are, as a CIDv1 with SHA-256.</summary>
    public Cid Actual { get; } = actual;
}
