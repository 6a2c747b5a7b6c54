using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Wanda.PinningServer;

internal static class GatewayHeaders
{
    public static EntityTagHeaderValue Tag(string tag) => new($"\"{tag}\"");

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
        return true;
    }

    private static void Dispose(HttpContext context, string type, string name)
    {
        var disposition = new ContentDispositionHeaderValue(type);
        disposition.SetHttpFileName(FileName(context, name));
        // Non-ASCII names travel percent-encoded in filename*.
        context.Response.Headers.ContentDisposition = Encoding.ASCII.GetString(Encoding.ASCII.GetBytes(disposition.ToString()));
    }
}
