using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>A directory for a person: names, sizes, links. Relative links need the slash at the end of the address.</summary>
internal static class DirectoryPage
{
    private const string Head = """
        <!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:50rem;padding:0 1rem}td:last-child{text-align:right}td{padding:0 1rem 0 0}code{word-break:break-all}</style>
        """;

    public static async Task SendAsync(HttpContext context, IBlockSource blocks, Cid directory)
    {
        if (!context.Request.Path.Value!.EndsWith('/'))
        {
            context.Response.Redirect($"{context.Request.Path.ToUriComponent()}/{context.Request.QueryString}", permanent: true);
            return;
        }

        // The page may look different tomorrow; only the directory does not.
        context.Response.Headers.CacheControl = "public, max-age=604800";
        if (GatewayHeaders.NotModified(context, GatewayHeaders.Tag($"{directory}.page-1")))
            return;
        // Listed whole before the answer begins, so that a missing shard is a 404.
        var entries = await UnixFsReader.ListAsync(blocks, directory, context.RequestAborted).ToListAsync(context.RequestAborted);
        context.Response.ContentType = "text/html; charset=utf-8";
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        await context.Response.WriteAsync(
            $"{Head}<title>{directory}</title><p><code>/ipfs/{directory}</code><table>", context.RequestAborted);
        foreach (var entry in entries.OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            string size = entry.DagSize.ToString("N0", CultureInfo.InvariantCulture);
            await context.Response.WriteAsync(
                $"<tr><td><a href=\"{Uri.EscapeDataString(entry.Name)}\">{WebUtility.HtmlEncode(entry.Name)}</a><td>{size}\n",
                context.RequestAborted);
        }

        await context.Response.WriteAsync("</table>", context.RequestAborted);
    }
}
