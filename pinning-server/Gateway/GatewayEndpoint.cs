using Microsoft.AspNetCore.Http;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>
/// <c>GET /ipfs/{cid}</c>: blocks and CARs for machines that verify, files and listings for people. Only from this server's own disk; what
/// is missing is told before the first byte, what turns out damaged later cuts the connection.
/// </summary>
/// <remarks>Source: IPFS specs, "Trustless Gateway" and "Path Gateway".</remarks>
internal sealed class GatewayEndpoint(IBlockSource blocks, CarAnswer cars, FileAnswer files, ServerMetrics metrics)
{
    // 48 weeks, as Kubo's gateway sends it: the bytes of a CID never change.
    public const string Immutable = "public, max-age=29030400, immutable";

    public async Task GetAsync(HttpContext context, string cid, string? path)
    {
        if (!Cid.TryParse(cid, out var root))
            throw ApiException.BadRequest($"\"{cid[..Math.Min(100, cid.Length)]}\" is not a CID.");
        await RequireRootAsync(context, root);
        metrics.Served();
        var headers = context.Response.Headers;
        var below = string.IsNullOrEmpty(path) ? "" : "/" + Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal);
        headers["X-Ipfs-Path"] = $"/ipfs/{root}{below}";
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = Immutable;
        switch (GatewayFormats.Of(context.Request))
        {
            case GatewayFormat.Raw when string.IsNullOrEmpty(path):
                await RawAsync(context, root);
                break;
            case GatewayFormat.Car when string.IsNullOrEmpty(path):
                await cars.SendAsync(context, root);
                break;
            case GatewayFormat.Raw or GatewayFormat.Car:
                throw ApiException.BadRequest(
                    "Blocks and CARs are served by CID alone: resolve the path first, then ask for what it leads to.");
            case GatewayFormat.IpnsRecord:
                throw ApiException.BadRequest("IPNS records are under /ipns/{name}, not under /ipfs.");
            default:
                await files.SendAsync(context, root, path ?? "");
                break;
        }
    }

    private async Task RequireRootAsync(HttpContext context, Cid root)
    {
        if (await blocks.FindAsync(root, context.RequestAborted) is null)
        {
            bool onlyIfCached = context.Request.GetTypedHeaders().CacheControl?.OnlyIfCached == true;
            throw onlyIfCached
                ? new ApiException(StatusCodes.Status412PreconditionFailed, "NOT_CACHED", $"{root} is not on this server.")
                : ApiException.NotFound($"{root} is not on this server, which serves what was sent to it and nothing else.");
        }
    }

    private async Task RawAsync(HttpContext context, Cid cid)
    {
        // Read whole before the answer begins: one block, and it must be sound.
        byte[] buffer = new byte[await blocks.FindAsync(cid, context.RequestAborted) ?? Block.MaxBytes];
        var block = await blocks.ReadAsync(cid, buffer, context.RequestAborted);
        GatewayHeaders.Attach(context, $"{cid}.bin");
        await Results.File(block.Data.ToArray(), "application/vnd.ipld.raw", enableRangeProcessing: true,
            entityTag: GatewayHeaders.Tag($"{cid}.raw"))
            .ExecuteAsync(context);
    }
}
