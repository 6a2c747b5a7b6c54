using Microsoft.AspNetCore.Http;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>A file as it was on the telescope, with ranges; a directory as a page of links; a symbolic link as where it leads.</summary>
internal sealed class FileAnswer(ReadableBlocks readable)
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

    public async Task SendAsync(HttpContext context, DagPath path, GatewayPath asked)
    {
        var blocks = readable.For(context);
        var entry = await UnixFsReader.StatAsync(blocks, path.Cid, context.RequestAborted);
        context.Response.Headers.ContentSecurityPolicy = Sandbox;
        if (entry.Type is UnixFsType.Directory or UnixFsType.HamtShard)
        {
            await DirectoryPage.SendAsync(context, blocks, path, asked);
            return;
        }

        var tag = GatewayHeaders.Tag(path.Cid.ToString());
        if (GatewayHeaders.NotModified(context, tag))
            return;
        string name = GatewayHeaders.FileName(context, path.Name.Length > 0 ? path.Name : path.Cid.ToString());
        GatewayHeaders.Inline(context, name);
        var content = entry.Type == UnixFsType.Symlink
            ? new MemoryStream(await UnixFsReader.ReadLinkAsync(blocks, path.Cid, context.RequestAborted))
            : await OpenAsync(context, blocks, path);
        string type = entry.Type == UnixFsType.Symlink
            ? "inode/symlink"
            : ContentTypes.GetValueOrDefault(Path.GetExtension(name), "application/octet-stream");
        await Results.File(content, type, lastModified: entry.Modified, entityTag: tag, enableRangeProcessing: true).ExecuteAsync(context);
    }

    // A 404 can only be told before the first byte: what is going to be sent must be there.
    private async Task<Stream> OpenAsync(HttpContext context, IBlockSource blocks, DagPath path)
    {
        var ranges = context.Request.GetTypedHeaders().Range;
        EntityBytes? part = ranges?.Ranges.Count == 1 && ranges.Ranges.First() is var one
            ? one.From is { } from ? new(from, one.To) : new(-one.To!.Value, null)
            : null;
        await foreach (var _ in new DagSelection(DagScope.Entity, part).ListAsync(blocks, path, context.RequestAborted))
        {
        }

        return await UnixFsReader.OpenAsync(blocks, path.Cid, context.RequestAborted);
    }
}
