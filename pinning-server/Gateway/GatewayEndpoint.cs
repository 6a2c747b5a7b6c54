using Microsoft.AspNetCore.Http;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>
/// <c>GET /ipfs/{cid}</c>: blocks and CARs for machines that verify, files and listings for people. Only from this server's own disk; what
/// is missing is told before the first byte, what turns out damaged later cuts the connection.
/// </summary>
/// <remarks>Source: IPFS specs, "Trustless Gateway" and "Path Gateway".</remarks>
internal sealed class GatewayEndpoint(ReadableBlocks readable, CarAnswer cars, BlockAnswer one, FileAnswer files, ServerMetrics metrics)
{
    /// <summary>Nothing is written here.</summary>
    public static Task RefuseAsync(HttpContext context)
    {
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.Allow = "GET, HEAD, OPTIONS";
            return Task.CompletedTask;
        });
        throw new ApiException(StatusCodes.Status405MethodNotAllowed, "METHOD_NOT_ALLOWED",
            "Content is read here; it is sent to /v0/car or /v0/uploads.");
    }

    public async Task GetAsync(HttpContext context, string cid)
    {
        if (!Cid.TryParse(cid, out var root))
            throw ApiException.BadRequest($"\"{cid[..Math.Min(100, cid.Length)]}\" is not a CID.");
        var asked = GatewayPath.Of(context);
        if (!asked.IsClean)
        {
            await GatewayHeaders.RedirectAsync(context, StatusCodes.Status307TemporaryRedirect, $"/ipfs/{root}{asked.Escaped}");
            return;
        }

        var ask = GatewayAsk.Of(context.Request);
        // What is wrong with a question is told before what is missing.
        var car = ask.Format == GatewayFormat.Car ? CarAsk.Of(context.Request.Query, ask) : null;
        if (ask.Format == GatewayFormat.IpnsRecord)
            throw ApiException.BadRequest("IPNS records are under /ipns/{name}, not under /ipfs.");
        if (ask.Format != GatewayFormat.Car)
            CheckRange(context.Request);
        var path = await ResolveAsync(context, root, asked);
        metrics.Served();
        GatewayHeaders.Content(context, path, asked, ask);
        await (ask.Format switch
        {
            GatewayFormat.Raw => one.RawAsync(context, path.Cid),
            GatewayFormat.Car => cars.SendAsync(context, path, car!),
            GatewayFormat.DagJson or GatewayFormat.DagCbor => one.CodecAsync(context, path, ask.Format),
            _ when path.Cid.Codec is Codec.DagCbor or Codec.DagJson => one.CodecAsync(context, path, ask.Format),
            _ => files.SendAsync(context, path, asked),
        });
    }

    // An unknown unit is to be ignored. A range that ends before it begins may be refused (RFC 9110, section 14.2): who asks for that has
    // counted wrongly, and may not want 2 GB instead. Of several ranges the first is sent, and says so (section 15.3.7).
    private static void CheckRange(HttpRequest request)
    {
        string range = request.Headers.Range.ToString();
        if (range.Length == 0)
            return;
        var typed = request.GetTypedHeaders().Range;
        if (!range.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
            request.Headers.Range = default;
        else if (typed is null)
            throw ApiException.BadRequest("\"Range\" is bytes=FROM-TO, bytes=FROM- or bytes=-LAST.");
        else if (typed.Ranges.Count > 1)
            request.Headers.Range = $"bytes={typed.Ranges.First()}";
    }

    private async Task<DagPath> ResolveAsync(HttpContext context, Cid root, GatewayPath asked)
    {
        var blocks = readable.For(context);
        try
        {
            var path = await DagPath.ResolveAsync(blocks, root, asked.Names, context.RequestAborted);
            return await blocks.FindAsync(path.Cid, context.RequestAborted) is not null ? path
                : throw new BlockNotFoundException(path.Cid, "this server has what was sent to it and nothing else.");
        }
        catch (BlockNotFoundException missing) when (context.Request.GetTypedHeaders().CacheControl?.OnlyIfCached == true)
        {
            throw new ApiException(StatusCodes.Status412PreconditionFailed, "NOT_CACHED", missing.Message);
        }
    }
}
