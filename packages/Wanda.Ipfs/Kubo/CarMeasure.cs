namespace Wanda.Ipfs;

/// <summary>Counts the bytes that an import takes in a CAR, without its header.</summary>
internal sealed class CarMeasure : IDagSink
{
    public long Bytes { get; private set; }

    public ValueTask LeafAsync(Block block, long offset, int length, CancellationToken cancellationToken) =>
        NodeAsync(block, cancellationToken);

    public ValueTask NodeAsync(Block block, CancellationToken cancellationToken)
    {
        Bytes += CarWriter.SectionLength(new(block.Cid, block.Data.Length));
        return ValueTask.CompletedTask;
    }
}
