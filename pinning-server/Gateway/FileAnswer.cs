using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>A file as it was on the telescope, with ranges; a directory as a page of links; a symbolic link as where it leads.</summary>
internal sealed class FileAnswer(ReadableBlocks readable)
{
    // Whatever somebody uploaded is shown from this origin: it may not run scripts here.
    private const string Sandbox = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox";

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
        string? type = entry.Type == UnixFsType.Symlink ? "inode/symlink" : await TypeAsync(name, content, context.RequestAborted);
        // No browser makes a page or a script of a type that is told (MIME Sniffing, section 7): "nosniff" is for what could be one.
        if (type is not null)
            context.Response.Headers.Remove(HeaderNames.XContentTypeOptions);
        if (content.Length == 0)
            context.Request.Headers.Range = default; // Who begins with bytes=0- gets a file of no bytes, as from most servers.
        await Results.File(
            content, type ?? FileType.Unknown, lastModified: entry.Modified, entityTag: tag, enableRangeProcessing: true)
            .ExecuteAsync(context);
    }

    private static async Task<string?> TypeAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        byte[] head = new byte[FileType.HeadBytes];
        int length = await content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        content.Position = 0;
        return FileType.Of(name, head.AsSpan(0, length));
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
