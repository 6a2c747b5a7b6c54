using System.Buffers;

namespace Wanda.Ipfs;

/// <summary>Sorts an import into a batch: nodes are stored, leaves are only noted, because the file itself will serve them.</summary>
internal sealed class LeafList(BlockBatch batch) : IDagSink
{
    public const int DigestBytes = 32;

    private readonly ArrayBufferWriter<byte> _digests = new();

    public byte[] Digests => _digests.WrittenSpan.ToArray();

    public ValueTask LeafAsync(Block block, long offset, int length, CancellationToken cancellationToken)
    {
        _digests.Write(block.Cid.Hash.Digest);
        return ValueTask.CompletedTask;
    }

    public ValueTask NodeAsync(Block block, CancellationToken cancellationToken) => batch.PutAsync(block, cancellationToken);
}
