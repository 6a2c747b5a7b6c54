using Microsoft.AspNetCore.Http;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>What of the blocks here a caller may read, ask about and build on (<see cref="PinningServerOptions.Reads"/>).</summary>
internal sealed class ReadableBlocks(IFrameStore frames, HeldBlocks held, PinningServerOptions options)
{
    public bool OnlyOwn => options.Reads == Reads.Own;

    public IBlockSource For(HttpContext context) => OnlyOwn ? For(context.Caller().Name) : frames.Blocks;

    public IBlockSource For(string node) => OnlyOwn ? new OwnBlocks(frames.Blocks, held, node) : frames.Blocks;

    /// <summary>The same, with the blocks of an upload.</summary>
    public IBlockSource With(BlockBatch batch, string node, IReadOnlyDictionary<Cid, int> received) =>
        OnlyOwn ? new OwnBlocks(frames.With(batch), held, node, received.ContainsKey) : frames.With(batch);
}
