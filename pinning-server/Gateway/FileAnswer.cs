using Microsoft.AspNetCore.Http;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>A file as it was on the telescope, with ranges; a directory as a page of links.</summary>
internal sealed class FileAnswer(IBlockSource blocks)
{
    // Whatever somebody uploaded is shown from this origin: it may not run scripts here.
    private const string Sandbox = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox";

    private static readonly Dictionary<string, string> ContentTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        [".fits"] = "application/fits",
        [".fit"] = "application/fits",
        [".fts"] = "application/fits",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".png"] = "image/png",
        [".tif"] = "image/tiff",
        [".tiff"] = "image/tiff",
        [".json"] = "application/json",
        [".txt"] = "text/plain; charset=utf-8",
    };

    public async Task SendAsync(HttpContext context, Cid root, string path)
    {
        var link = await UnixFsReader.ResolveAsync(blocks, root, path, context.RequestAborted);
        context.Response.Headers.ContentSecurityPolicy = Sandbox;
        var (type, _) = await UnixFsReader.StatAsync(blocks, link.Cid, context.RequestAborted);
        if (type is UnixFsType.Directory or UnixFsType.HamtShard)
        {
            await DirectoryPage.SendAsync(context, blocks, link.Cid);
            return;
        }

        await RequireWholeAsync(link.Cid, context.RequestAborted);
        string name = GatewayHeaders.FileName(context, link.Name.Length > 0 ? link.Name : link.Cid.ToString());
        GatewayHeaders.Inline(context, name);
        var file = await UnixFsReader.OpenAsync(blocks, link.Cid, context.RequestAborted);
        await Results.File(
            file,
            ContentTypes.GetValueOrDefault(Path.GetExtension(name), "application/octet-stream"),
            entityTag: GatewayHeaders.Tag(link.Cid.ToString()),
            enableRangeProcessing: true).ExecuteAsync(context);
    }

    // A 404 can only be told before the first byte.
    private async Task RequireWholeAsync(Cid cid, CancellationToken cancellationToken)
    {
        await foreach (var _ in blocks.ListAsync(cid, cancellationToken))
        {
        }
    }
}
