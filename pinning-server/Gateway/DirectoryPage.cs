using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>
/// A directory for a person: names, sizes, links. Relative links need the slash at the end of the address. An <c>index.html</c> in it is an
/// entry like others, since no page that somebody uploaded is shown as one.
/// </summary>
internal static class DirectoryPage
{
    // Sorted by name, which takes memory; the rest of a larger directory is counted.
    private const int MaxEntries = 10_000;

    private const string Head = """
        <!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:50rem;padding:0 1rem}td:last-child{text-align:right}td{padding:0 1rem 0 0}code{word-break:break-all}</style>
        """;

    public static async Task SendAsync(HttpContext context, IBlockSource blocks, DagPath path, GatewayPath asked)
    {
        var directory = path.Cid;
        // The page may look different tomorrow; only the directory does not.
        context.Response.Headers.CacheControl = "public, max-age=604800, stale-while-revalidate=2678400";
        if (GatewayHeaders.NotModified(context, GatewayHeaders.Tag($"{directory}.page-2")))
            return;
        if (!context.Request.Path.Value!.EndsWith('/'))
        {
            await GatewayHeaders.RedirectAsync(context, StatusCodes.Status301MovedPermanently, $"/ipfs/{path.Root}{asked.Escaped}/");
            return;
        }

        // Listed whole before the answer begins, so that a missing shard is a 404.
        var entries = new List<DagPbLink>();
        int more = 0;
        await foreach (var entry in UnixFsReader.ListAsync(blocks, directory, context.RequestAborted))
        {
            if (entries.Count < MaxEntries)
                entries.Add(entry);
            else
                more++;
        }

        // The page says its own charset.
        context.Response.ContentType = "text/html";
        context.Response.Headers.Remove(HeaderNames.XContentTypeOptions);
        if (!HttpMethods.IsHead(context.Request.Method))
            await WriteAsync(context, directory, entries, more);
    }

    private static async Task WriteAsync(HttpContext context, Cid directory, List<DagPbLink> entries, int more)
    {
        await context.Response.WriteAsync(
            $"{Head}<title>{directory}</title><p><code>/ipfs/{directory}</code><table>", context.RequestAborted);
        foreach (var entry in entries.OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            string size = entry.DagSize.ToString("N0", CultureInfo.InvariantCulture);
            await context.Response.WriteAsync(
                $"<tr><td><a href=\"{GatewayPath.Escape(entry.Name)}\">{WebUtility.HtmlEncode(entry.Name)}</a><td>{size}\n",
                context.RequestAborted);
        }

        await context.Response.WriteAsync(more == 0 ? "</table>" : $"</table><p>and {more} more", context.RequestAborted);
    }
}
