using Microsoft.AspNetCore.Http;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>
/// A DAG, or a part of it, as a CAR, parents first. The blocks are listed before the answer begins, so a missing one is a 404 and the
/// length is known: a CAR that ends early can never look whole. They are listed again on the way instead of being remembered.
/// </summary>
internal sealed class CarAnswer(ReadableBlocks readable)
{
    // Above so many blocks (16 GiB of a file) a CAR remembers megabytes; of those only so many are under way at once.
    private const int LargeBlocks = 1 << 14;
    private const int MaxLarge = 8;

    private static readonly TimeSpan Later = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _large = new(MaxLarge);

    public async Task SendAsync(HttpContext context, DagPath path, CarAsk ask)
    {
        if (GatewayHeaders.NotModified(context, GatewayHeaders.Tag(ask.Tag(path))))
            return;
        var blocks = readable.For(context);
        bool isLarge = false;
        try
        {
            long length = CarWriter.LengthOf([path.Cid], []);
            int count = 0;
            await foreach (var block in ask.Selection.ListAsync(blocks, path, context.RequestAborted))
            {
                length += CarWriter.SectionLength(block);
                isLarge = isLarge || (++count > LargeBlocks && (_large.Wait(0) ? true : throw Busy()));
            }

            await WriteAsync(context, blocks, path, ask, length);
        }
        finally
        {
            if (isLarge)
                _large.Release();
        }
    }

    private async Task WriteAsync(HttpContext context, IBlockSource blocks, DagPath path, CarAsk ask, long length)
    {
        context.Response.ContentType = ask.ContentType;
        context.Response.ContentLength = length;
        context.Response.Headers.AcceptRanges = "none";
        GatewayHeaders.Attach(context, path.Name.Length > 0 ? $"{path.Root}_{path.Name}.car" : $"{path.Root}.car");
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        var cancellationToken = context.RequestAborted;
        var again = ask.Selection.ListAsync(blocks, path, cancellationToken).Select(b => b.Cid);
        await CarWriter.WriteAsync(context.Response.Body, [path.Cid], blocks.BlocksAsync(again, cancellationToken), cancellationToken);
    }

    private static ApiException Busy() => new(StatusCodes.Status503ServiceUnavailable, "TOO_MANY_REQUESTS",
        $"{MaxLarge} CARs of more than {LargeBlocks} blocks are being sent already; ask again later, or for parts.", Later);
}
