using System.Security.Cryptography;

namespace Wanda.Ipfs;

/// <summary>
/// The answer to a possession challenge: SHA-256 over the nonce and then the bytes of the given blocks, one after another in the given
/// order, with nothing between them. Who does not hold every byte at the time of the nonce cannot compute it.
/// </summary>
/// <remarks>
/// Both sides name the blocks by the same list (for a frame: <see cref="Dag.ListAsync(IBlockSource, Cid, CancellationToken)"/> of its
/// root), so lengths and order are fixed by hashes that both know, and no separator is needed. A block is verified against its CID before
/// it counts. The nonce must be fresh, from a cryptographic generator, and at least <see cref="MinNonceBytes"/> long: a repeated one could
/// be answered from memory.
/// </remarks>
public static class PossessionDigest
{
    /// <summary>The shortest nonce that is accepted: 16 bytes.</summary>
    public const int MinNonceBytes = 16;

    /// <summary>Computes the digest, 32 bytes.</summary>
    /// <param name="source">Must answer from bytes that this party itself holds.</param>
    /// <param name="nonce">What the challenger sent.</param>
    /// <param name="blocks">Which blocks, in order.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    /// <exception cref="BlockNotFoundException">A block is missing or damaged: there is no possession to prove.</exception>
    /// <exception cref="ArgumentException">The nonce is too short.</exception>
    public static Task<byte[]> ComputeAsync(
        IBlockSource source, ReadOnlyMemory<byte> nonce, IEnumerable<Cid> blocks, CancellationToken cancellationToken = default) =>
        ComputeAsync(source, nonce, blocks.ToAsyncEnumerable(), cancellationToken);

    /// <summary>The same for a list that is made as it is read, such as a walk of a large file.</summary>
    /// <inheritdoc cref="ComputeAsync(IBlockSource, ReadOnlyMemory{byte}, IEnumerable{Cid}, CancellationToken)"/>
    public static async Task<byte[]> ComputeAsync(
        IBlockSource source, ReadOnlyMemory<byte> nonce, IAsyncEnumerable<Cid> blocks, CancellationToken cancellationToken = default)
    {
        if (nonce.Length < MinNonceBytes)
            throw new ArgumentException($"A nonce of {nonce.Length} bytes can be guessed; send {MinNonceBytes} or more.", nameof(nonce));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(nonce.Span);
        await foreach (var block in source.BlocksAsync(blocks, cancellationToken).ConfigureAwait(false))
            hash.AppendData(block.Data.Span);
        return hash.GetHashAndReset();
    }
}
