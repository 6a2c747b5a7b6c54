using System.Net;
using Microsoft.AspNetCore.Http;
using Wanda.Hosting;

namespace Wanda.Ops.Security;

/// <summary>
/// Keeps other sites' pages from using the console through its user's browser. A name that somebody points at 127.0.0.1 (DNS rebinding) is
/// refused by its Host header, as long as no token protects the console; and a change that a page of another origin sends is refused by
/// its Origin.
/// </summary>
internal sealed class HostGuard(RequestDelegate next, WandaOptions options)
{
    private readonly string _configured = new Uri(options.Ops.Listen).Host;

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (options.Ops.Token is null && !IsOurs(request.Host.Host))
        {
            await RefuseAsync(context,
                $"This console is not called '{request.Host.Host}'. Open it as 127.0.0.1 or localhost, or give it a token (ops.token).");
            return;
        }

        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && IsFromElsewhere(request))
        {
            await RefuseAsync(context, "This change was sent by another site's page.");
            return;
        }

        await next(context);
    }

    private bool IsOurs(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.Equals(_configured, StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    // Behind a proxy our scheme may be another than the browser's, so host and port are compared. Scripts send neither header.
    private static bool IsFromElsewhere(HttpRequest request) =>
        request.Headers.TryGetValue("Sec-Fetch-Site", out var site) && site.ToString() is not ("same-origin" or "none")
        || request.Headers.Origin.ToString() is { Length: > 0 } origin
           && !(Uri.TryCreate(origin, UriKind.Absolute, out var from)
               && from.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));

    private static Task RefuseAsync(HttpContext context, string why)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(why + "\n");
    }
}
