using System.Net;
using System.Net.Http.Headers;
using Wanda.Ipfs;

namespace Wanda.Destinations.Wanda;

/// <summary>
/// A CAR, or what is missing of one, as a request's body: streamed from the block store, each block verified as it is read, its length known
/// beforehand.
/// </summary>
internal sealed class CarContent : HttpContent
{
    private readonly Cid _root;
    private readonly IReadOnlyList<BlockInfo> _blocks;
    private readonly IBlockSource _source;
    private readonly long _offset;
    private readonly Func<int, CancellationToken, ValueTask> _announce;
    private readonly long _length;

    public CarContent(
        Cid root, IReadOnlyList<BlockInfo> blocks, IBlockSource source, Func<int, CancellationToken, ValueTask> announce, long offset = 0,
        string type = "application/vnd.ipld.car")
    {
        (_root, _blocks, _source, _offset, _announce) = (root, blocks, source, offset, announce);
        _length = CarWriter.LengthOf([root], blocks) - offset;
        Headers.ContentType = new MediaTypeHeaderValue(type);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        CarWriter.WriteRangeAsync(new MeteredStream(stream, _announce), [_root], _blocks, _source, _offset, _length, cancellationToken);
}
