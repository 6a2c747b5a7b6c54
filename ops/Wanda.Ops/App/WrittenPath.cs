using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Wanda.Ops.App;

/// <summary>An address as it was written: routes get it half unescaped, where a name in one piece is no more told from a path.</summary>
internal static class WrittenPath
{
    /// <summary>What comes after a prefix and before an ending; null when it is not written so.</summary>
    public static string? Of(HttpContext context, string prefix, string ending = "")
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var path = target.Split('?', 2)[0];
        return path.Length > prefix.Length + ending.Length && path.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
            && path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)
            ? path[prefix.Length..^ending.Length]
            : null;
    }

    /// <summary>A number of the query; what is none is not told.</summary>
    public static int Number(this HttpContext context, string key, int otherwise) =>
        int.TryParse(context.Request.Query[key], out var number) ? number : otherwise;
}
