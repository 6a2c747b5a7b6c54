namespace Wanda.Ipfs;

/// <summary>
/// Bytes that were hashed and found to be what their CID says. There is no other way to make one, so whoever holds a block need not
/// check it again, and nothing unverified can reach a store or a reader.
/// </summary>
/// <remarks>The memory may belong to a buffer that its producer uses again: copy what must outlive the call that gave it.</remarks>
public readonly struct Block
{
    /// <summary>The largest block that is read, stored or sent: 2 MiB, the limit that IPFS implementations share.</summary>
    public const int MaxBytes = 2 * 1024 * 1024;

    private Block(Cid cid, ReadOnlyMemory<byte> data) => (Cid, Data) = (cid, data);

    /// <summary>What the block is called.</summary>
    public Cid Cid { get; }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>Hashes <paramref name="data"/> and compares it with <paramref name="cid"/>.</summary>
    /// <exception cref="BlockMismatchException">The bytes are another block's, or more than <see cref="MaxBytes"/>.</exception>
    /// <exception cref="NotSupportedException">The CID's hash function is not one of <see cref="HashFunction"/>.</exception>
    public static Block Verify(Cid cid, ReadOnlyMemory<byte> data) => data.Length <= MaxBytes && cid.Matches(data.Span)
        ? new(cid, data)
        : throw new BlockMismatchException(cid, Cid.V1(cid.Codec, Multihash.Sha256(data.Span)), data.Length);

    /// <summary>Gives <paramref name="data"/> its CIDv1.</summary>
    public static Block Create(Codec codec, ReadOnlyMemory<byte> data) => new(Cid.V1(codec, Multihash.Sha256(data.Span)), data);

    // For the importer, which has just hashed these very bytes.
    internal static Block Trusted(Cid cid, ReadOnlyMemory<byte> data) => new(cid, data);
}
