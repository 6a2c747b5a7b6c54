namespace Wanda.Ipfs;

/// <summary>Lists the blocks of an import, and counts the bytes that they take in a CAR, without its header.</summary>
internal sealed class CarMeasure : IDagSink
{
    private readonly List<BlockInfo> _blocks = [];

    public long Bytes { get; private set; }

    public IReadOnlyList<BlockInfo> Blocks => _blocks;

    public ValueTask LeafAsync(Block block, long offset, int length, CancellationToken cancellationToken) =>
        NodeAsync(block, cancellationToken);

    public ValueTask NodeAsync(Block block, CancellationToken cancellationToken)
    {
        _blocks.Add(new(block.Cid, block.Data.Length));
        Bytes += CarWriter.SectionLength(_blocks[^1]);
        return ValueTask.CompletedTask;
    }
}
