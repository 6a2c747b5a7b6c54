using System.Net;
using Microsoft.AspNetCore.Http;

namespace Wanda.Ops;

/// <summary>
/// Who is answered: what leaves this machine tells of headers only what the operator lets others read (law 12). A terminal and a browser on
/// this machine are told all of it.
/// </summary>
public sealed class Audience(IHttpContextAccessor? http = null)
{
    /// <summary>
    /// Whether the answer goes to another machine, or perhaps does: a proxy on this one speaks for somebody elsewhere, and says so by a
    /// header, or by the name that the console was asked for by.
    /// </summary>
    public bool IsElsewhere => http?.HttpContext is { Connection: { RemoteIpAddress: { } from } connection } context
        && !(IPAddress.IsLoopback(from) ? IsAskedHere(context.Request) : from.Equals(connection.LocalIpAddress));

    private static bool IsAskedHere(HttpRequest request) =>
        !request.Headers.ContainsKey("X-Forwarded-For") && !request.Headers.ContainsKey("Forwarded")
        && (request.Host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(request.Host.Host.Trim('[', ']'), out var asked) && IPAddress.IsLoopback(asked)));
}
