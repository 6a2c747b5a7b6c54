using Wanda.Ipfs;

namespace Wanda.PinningServer.Tests.Support;

/// <summary>A file of random bytes with its DAG, made by Wanda.Ipfs as a node makes it.</summary>
internal sealed class Frame : IBlockSource, IDagSink
{
    private readonly Dictionary<Cid, byte[]> _blocks = [];
    private readonly List<Cid> _order = [];

    private Frame(byte[] content) => Content = content;

    public byte[] Content { get; }

    public Cid Root { get; private set; }

    /// <summary>The blocks as possession lists them: root first.</summary>
    public IReadOnlyList<Cid> Blocks { get; private set; } = [];

    public static Task<Frame> MakeAsync(int size, int seed = 1)
    {
        byte[] content = new byte[size];
        new Random(seed).NextBytes(content);
        return MakeAsync(content);
    }

    public static async Task<Frame> MakeAsync(byte[] content)
    {
        var frame = new Frame(content);
        var file = await new UnixFsImporter(UnixFsProfile.UnixFsV1_2025).ImportAsync(new MemoryStream(content), frame, default);
        frame.Root = file.Root;
        frame.Blocks = await frame.ListAsync(frame.Root).Select(b => b.Cid).ToListAsync();
        return frame;
    }

    public byte[] this[Cid cid] => _blocks[cid];

    /// <summary>The whole DAG as a CAR, or only those blocks.</summary>
    public async Task<byte[]> CarAsync(IEnumerable<Cid>? blocks = null, Cid? root = null)
    {
        var car = new MemoryStream();
        await CarWriter.WriteAsync(car, [root ?? Root], this.BlocksAsync(blocks ?? Blocks));
        return car.ToArray();
    }

    public ValueTask LeafAsync(Block block, long offset, int length, CancellationToken cancellationToken) =>
        NodeAsync(block, cancellationToken);

    public ValueTask NodeAsync(Block block, CancellationToken cancellationToken)
    {
        _blocks[block.Cid] = block.Data.ToArray();
        _order.Add(block.Cid);
        return ValueTask.CompletedTask;
    }

    public ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken) =>
        _blocks.TryGetValue(cid, out byte[]? bytes)
            ? ValueTask.FromResult(Block.Verify(cid, bytes))
            : throw new BlockNotFoundException(cid, "the test does not have it.");

    public ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken) =>
        ValueTask.FromResult<int?>(_blocks.TryGetValue(cid, out byte[]? bytes) ? bytes.Length : null);
}
