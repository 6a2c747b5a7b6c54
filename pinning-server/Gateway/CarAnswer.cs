using Microsoft.AspNetCore.Http;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>
/// A DAG, or a part of it, as a CAR, parents first. The blocks are listed before the answer begins, so a missing one is a 404 and the
/// length is known: a CAR that ends early can never look whole. They are listed again on the way instead of being remembered.
/// </summary>
internal sealed class CarAnswer(IBlockSource blocks)
{
    public async Task SendAsync(HttpContext context, DagPath path, CarAsk ask)
    {
        if (GatewayHeaders.NotModified(context, GatewayHeaders.Tag(ask.Tag(path))))
            return;
        var cancellationToken = context.RequestAborted;
        long length = CarWriter.LengthOf([path.Cid], []);
        await foreach (var block in ask.Selection.ListAsync(blocks, path, cancellationToken))
            length += CarWriter.SectionLength(block);
        context.Response.ContentType = ask.ContentType;
        context.Response.ContentLength = length;
        context.Response.Headers.AcceptRanges = "none";
        GatewayHeaders.Attach(context, path.Name.Length > 0 ? $"{path.Root}_{path.Name}.car" : $"{path.Root}.car");
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            var again = ask.Selection.ListAsync(blocks, path, cancellationToken).Select(b => b.Cid);
            await CarWriter.WriteAsync(context.Response.Body, [path.Cid], blocks.BlocksAsync(again, cancellationToken), cancellationToken);
        }
    }
}
