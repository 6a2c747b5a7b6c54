using System.Security.Cryptography;
using Wanda.Ipfs;

namespace Wanda.Destinations;

/// <summary>Hashes the blocks that an import makes, and stops one that does not end.</summary>
/// <param name="size">How many bytes the file has; null when it is not known.</param>
internal sealed class DagHash(long? size) : IDagSink, IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The bytes of all blocks so far.</summary>
    public long Bytes { get; private set; }

    /// <exception cref="NotHeldException">A gateway that goes on after the file's last byte gives no frame of ours.</exception>
    public ValueTask LeafAsync(Block block, long offset, int length, CancellationToken cancellationToken) =>
        offset + length > size
            ? throw new NotHeldException($"what it gives is longer than the {size:N0} bytes that the file has.")
            : NodeAsync(block, cancellationToken);

    public ValueTask NodeAsync(Block block, CancellationToken cancellationToken)
    {
        Bytes += block.Data.Length;
        _hash.AppendData(block.Data.Span);
        return ValueTask.CompletedTask;
    }

    public byte[] Digest() => _hash.GetHashAndReset();

    public void Dispose() => _hash.Dispose();
}
