using System.Net;
using System.Net.Http.Headers;
using Wanda.Ipfs;

namespace Wanda.Workers.Offload.Wanda;

/// <summary>A CAR as a request's body: streamed from the block store, each block verified as it is read, its length known beforehand.</summary>
internal sealed class CarContent : HttpContent
{
    private readonly Cid _root;
    private readonly IReadOnlyList<BlockInfo> _blocks;
    private readonly IBlockSource _source;
    private readonly Action _progress;
    private readonly long _length;

    public CarContent(Cid root, IReadOnlyList<BlockInfo> blocks, IBlockSource source, Action progress)
    {
        (_root, _blocks, _source, _progress) = (root, blocks, source, progress);
        _length = CarWriter.LengthOf([root], blocks);
        Headers.ContentType = new MediaTypeHeaderValue("application/vnd.ipld.car");
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        CarWriter.WriteAsync(stream, [_root], BlocksAsync(cancellationToken), cancellationToken);

    private async IAsyncEnumerable<Block> BlocksAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var block in _source.BlocksAsync(_blocks.Select(b => b.Cid), cancel))
        {
            // A block went out since the last one: the line is alive.
            _progress();
            yield return block;
        }
    }
}
