using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

internal static class GatewayHeaders
{
    // 48 weeks, as Kubo's gateway sends it: the bytes of a CID never change.
    private const string Immutable = "public, max-age=29030400, immutable";

    public static EntityTagHeaderValue Tag(string tag) => new($"\"{tag}\"");

    /// <summary>What every answer with content says: how long it holds, where it came from, where it is without Accept.</summary>
    public static void Content(HttpContext context, DagPath path, GatewayPath asked, GatewayAsk ask)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = Immutable;
        headers.XContentTypeOptions = "nosniff";
        headers["X-Ipfs-Path"] = $"/ipfs/{path.Root}{asked.Escaped}";
        headers["X-Ipfs-Roots"] = string.Join(',', path.Segments);
        if (!ask.IsAccepted)
            return;
        var query = ask.Parameters.Where(p => p.Key is "version" or "order" or "dups")
            .Select(p => $"&car-{p.Key}={Uri.EscapeDataString(p.Value)}");
        string rest = context.Request.QueryString.HasValue ? "&" + context.Request.QueryString.Value[1..] : "";
        headers.ContentLocation = $"/ipfs/{path.Root}{asked.Escaped}?format={ask.Word}{string.Concat(query)}{rest}";
    }

    /// <summary>"Save as", under the name asked for or <paramref name="name"/>.</summary>
    public static void Attach(HttpContext context, string name) => Dispose(context, "attachment", name);

    /// <summary>Shown in the browser unless <c>download=true</c>, under the name asked for or <paramref name="name"/>.</summary>
    public static void Inline(HttpContext context, string name) =>
        Dispose(context, context.Request.Query["download"] == "true" ? "attachment" : "inline", name);

    /// <summary>The name asked for, else <paramref name="name"/>; never a path.</summary>
    public static string FileName(HttpContext context, string name)
    {
        string asked = new QueryValues(context.Request.Query).Text("filename") ?? name;
        return asked[(asked.LastIndexOfAny(['/', '\\']) + 1)..] is { Length: > 0 } last ? last : name;
    }

    /// <summary>True, with the answer given, when the caller has it already.</summary>
    public static bool NotModified(HttpContext context, EntityTagHeaderValue tag)
    {
        context.Response.GetTypedHeaders().ETag = tag;
        if (!context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false) || known.Tag == "*"))
            return false;
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        // What the caller has kept with the content says the rest.
        var headers = context.Response.Headers;
        headers.Remove(HeaderNames.XContentTypeOptions);
        headers.Remove(HeaderNames.ContentSecurityPolicy);
        headers.Remove(HeaderNames.ContentLocation);
        headers.Remove("X-Ipfs-Path");
        headers.Remove("X-Ipfs-Roots");
        return true;
    }

    /// <summary>Elsewhere under /ipfs, with the same query.</summary>
    public static async Task RedirectAsync(HttpContext context, int status, string path)
    {
        var headers = context.Response.Headers;
        headers.Remove(HeaderNames.CacheControl);
        headers.Remove(HeaderNames.ETag);
        headers.Remove(HeaderNames.XContentTypeOptions);
        context.Response.StatusCode = status;
        headers.Location = path + context.Request.QueryString;
        context.Response.ContentType = "text/html; charset=utf-8";
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.WriteAsync($"<a href=\"{path}\">It is there</a>", context.RequestAborted);
    }

    private static void Dispose(HttpContext context, string type, string name)
    {
        var disposition = new ContentDispositionHeaderValue(type);
        // Bytes that are not UTF-8 have no spelling in a header.
        disposition.SetHttpFileName(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(FileName(context, name))));
        // Non-ASCII names travel percent-encoded in filename*.
        context.Response.Headers.ContentDisposition = Encoding.ASCII.GetString(Encoding.ASCII.GetBytes(disposition.ToString()));
    }
}
