namespace Wanda.Ipfs.Tests.Support;

/// <summary>Blocks in memory, also as the sink of an import: for tests of code that only reads.</summary>
internal sealed class MemoryBlocks : IBlockSource, IDagSink
{
    public Dictionary<Cid, byte[]> Blocks { get; } = [];
    public int Reads { get; private set; }

    public void Put(Block block) => Blocks[block.Cid] = block.Data.ToArray();

    public ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        Reads++;
        if (!Blocks.TryGetValue(cid, out byte[]? bytes))
            throw new BlockNotFoundException(cid, "it was not put.");
        bytes.CopyTo(buffer);
        return ValueTask.FromResult(Block.Verify(cid, buffer[..bytes.Length]));
    }

    public ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Blocks.TryGetValue(cid, out byte[]? bytes) ? bytes.Length : (int?)null);

    public ValueTask LeafAsync(Block block, long offset, int length, CancellationToken cancellationToken) =>
        NodeAsync(block, cancellationToken);

    public ValueTask NodeAsync(Block block, CancellationToken cancellationToken)
    {
        Put(block);
        return ValueTask.CompletedTask;
    }
}
