using Microsoft.AspNetCore.Http;

namespace Wanda.PinningServer;

/// <summary>
/// Tells browsers that a page from anywhere may read content and names. That gives nobody a token: browsers send none by themselves here
/// (no cookies, no <c>Access-Control-Allow-Credentials</c>), so a page reads what anybody may read, or what its own token lets it. Only a
/// server without tokens that is not public says nothing: there a request counts by where it comes from, and any page would be inside.
/// </summary>
/// <remarks>Source: WHATWG Fetch, "CORS protocol"; the lists are Kubo's, and <c>Authorization</c>, <c>ETag</c>.</remarks>
internal static class CrossOrigin
{
    /// <summary>What a browser asks before it asks; everywhere the same, and no word of what is here.</summary>
    public static Task PreflightAsync(HttpContext context)
    {
        context.Response.ContentLength = 0;
        context.Response.Headers.AccessControlMaxAge = "86400";
        return Task.CompletedTask;
    }

    /// <summary>For errors as well, or a page could not tell "not here" from "no network".</summary>
    public static void Allow(HttpContext context) => context.Response.OnStarting(() =>
    {
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowMethods = "GET, HEAD, OPTIONS";
        headers.AccessControlAllowHeaders = "Accept, Authorization, Content-Type, If-None-Match, Range, User-Agent, X-Requested-With";
        headers.AccessControlExposeHeaders = "Content-Disposition, Content-Length, Content-Location, Content-Range, ETag, Retry-After, "
            + "X-Ipfs-Path, X-Ipfs-Roots";
        return Task.CompletedTask;
    });
}
