using System.Net;
using Microsoft.AspNetCore.Http;
using Wanda.Hosting;

namespace Wanda.Ops.Security;

/// <summary>
/// Keeps other sites' pages from using the console through its user's browser. A name that somebody points at 127.0.0.1 (DNS rebinding) is
/// refused by its Host header, as far as no token protects the console; and a change, or a call for live events, that a page of another
/// origin sends is refused by what the browser says of it: Sec-Fetch-Site, or where the browser sends none (plain http to another machine)
/// its Origin.
/// </summary>
internal sealed class HostGuard(RequestDelegate next, WandaOptions options, TokenGate gate, Access access)
{
    private readonly HashSet<string> _hosts =
        new(options.Ops.Hosts.Append("localhost").Append(new Uri(options.Ops.Listen).Host), StringComparer.OrdinalIgnoreCase);

    private readonly HashSet<string> _origins = new(options.Ops.Origins, StringComparer.OrdinalIgnoreCase);

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        // Who shows the token, or is shown nothing without it, may call it as he likes.
        if (!gate.IsShownBy(request) && access.RoleOf(context) != Role.None && !IsOurs(request.Host.Host))
        {
            await RefuseAsync(context, $"This console is not called '{request.Host.Host}'. Open it as 127.0.0.1 or localhost, name it "
                + "(ops.hosts), or give it a token (ops.token).");
            return;
        }

        var isOpen = (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            && context.GetEndpoint()?.Metadata.GetMetadata<ForOwnPages>() is null;
        if (!isOpen && IsFromElsewhere(request))
        {
            await RefuseAsync(context, "This was sent by another site's page.");
            return;
        }

        await next(context);
    }

    private bool IsOurs(string host) => _hosts.Contains(host)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    // No page can set either header. Sec-Fetch-Site is the browser's own verdict, so it holds behind a proxy too, which may give us another
    // host and port than the browser's. Scripts send neither.
    private bool IsFromElsewhere(HttpRequest request) =>
        !_origins.Contains(request.Headers.Origin.ToString()) && request.Headers["Sec-Fetch-Site"].ToString() switch
        {
            "same-origin" => false,
            "" or "none" => request.Headers.Origin.ToString() is { Length: > 0 } origin && !IsOrigin(origin, request.Host),
            _ => true,
        };

    // Host and port are compared, not the scheme: behind a proxy ours may be another than the browser's.
    private static bool IsOrigin(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var from)
        && from.Host.Equals(host.Host, StringComparison.OrdinalIgnoreCase)
        && (host.Port is { } port ? from.Port == port : from.IsDefaultPort);

    private static Task RefuseAsync(HttpContext context, string why)
    {
        if (Envelope.IsAskedFor(context))
            return Envelope.RefuseAsync(context, AppError.Forbidden, why);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(why + "\n");
    }
}
