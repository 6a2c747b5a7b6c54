using System.Security.Cryptography;
using Wanda.Ipfs;

namespace Wanda.Destinations;

/// <summary>Hashes the blocks that an import makes, and stops one that does not end.</summary>
internal sealed class DagHash : IDagSink, IDisposable
{
    // Ten times the largest frame in use: a gateway that goes on after that gives no frame of ours.
    private const long MaxBytes = 2_000_000_000;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The bytes of all blocks so far.</summary>
    public long Bytes { get; private set; }

    public ValueTask LeafAsync(Block block, long offset, int length, CancellationToken cancellationToken) =>
        NodeAsync(block, cancellationToken);

    public ValueTask NodeAsync(Block block, CancellationToken cancellationToken)
    {
        Bytes += block.Data.Length;
        if (Bytes > MaxBytes)
            throw new NotHeldException($"what it gives is longer than {MaxBytes:N0} bytes.");
        _hash.AppendData(block.Data.Span);
        return ValueTask.CompletedTask;
    }

    public byte[] Digest() => _hash.GetHashAndReset();

    public void Dispose() => _hash.Dispose();
}
