using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Wanda.PinningServer;

/// <summary>What an endpoint asks of its caller; without this on it, an endpoint asks for a token.</summary>
/// <param name="Public">Given the server's options, whether anybody may call.</param>
/// <param name="Metered">Whether callers without a token are counted: not where the endpoint bounds them itself, or need not.</param>
internal sealed record AccessRule(Func<PinningServerOptions, bool> Public, bool Metered = true)
{
    public static readonly AccessRule Anybody = new(_ => true);

    public static readonly AccessRule Unmetered = new(_ => true, Metered: false);

    /// <summary>Content and names.</summary>
    public static readonly AccessRule Readers = new(options => options.Reads == Reads.Public);

    /// <summary>What browsers ask before they ask for content and names: they never send a token with it.</summary>
    public static readonly AccessRule Preflight = new(_ => true);
}

/// <summary>On an endpoint that removes what was kept: refused to a node that may add only.</summary>
internal sealed class Removes
{
    public static readonly Removes Pins = new();
}

/// <summary>Finds the node behind the bearer token, and stops callers without one where one is needed.</summary>
internal sealed class AccessMiddleware(
    RequestDelegate next, PinningServerOptions options, NodeRegistry nodes, NodeSightings sightings, NodeWarning warning,
    WrongTokens wrong)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var rule = context.GetEndpoint()?.Metadata.GetMetadata<AccessRule>();
        if ((rule == AccessRule.Readers || rule == AccessRule.Preflight) && (options.Reads == Reads.Public || !nodes.IsOpen))
            CrossOrigin.Allow(context);

        string? token = context.Request.BearerToken();
        var (node, over) = await nodes.FindAsync(token, context.RequestAborted);
        if (nodes.IsOpen && !IsFromHere(context))
            node = null;
        if (node is null && !(rule?.Public(options) ?? false))
        {
            if (token is not null && over is null)
                wrong.Note(context);
            // RFC 6750: an error where a token came, none where none did. So its holder learns that a proxy took it off.
            context.Response.Headers.WWWAuthenticate = token is null ? "Bearer" : "Bearer error=\"invalid_token\"";
            throw new ApiException(StatusCodes.Status401Unauthorized, "UNAUTHORIZED", over ?? "Access token is missing or invalid");
        }

        if (node is not null)
        {
            sightings.Saw(node);
            context.Features.Set(node);
            // As the answer begins: what this request took counts, and an error has cleared the headers by then.
            context.Response.OnStarting(() =>
            {
                warning.Tell(context.Response, node);
                return Task.CompletedTask;
            });
            if (node.AddOnly && context.GetEndpoint()?.Metadata.GetMetadata<Removes>() is not null)
            {
                throw new ApiException(StatusCodes.Status403Forbidden, "ADD_ONLY",
                    $"The token of {node.Name} is for adding and reading: it removes nothing. The operator of this server can.");
            }
        }

        if (rule == AccessRule.Readers && options.Reads != Reads.Public)
            context.Response.OnStarting(KeepPrivate, context.Response);
        await next(context);
    }

    // A cache that is shared may keep what is "public" and give it to whoever comes, token or not (RFC 9111, section 3.5).
    private static Task KeepPrivate(object response)
    {
        var headers = ((HttpResponse)response).Headers;
        if (headers.CacheControl.Count > 0)
            headers.CacheControl = headers.CacheControl.ToString().Replace("public,", "private,", StringComparison.Ordinal);
        return Task.CompletedTask;
    }

    // Without tokens a page in somebody's browser could write to a server on loopback, by its address or by a name that leads here, and so
    // could anybody before a proxy in front: browsers say where a request comes from, and both say which host they mean.
    private static bool IsFromHere(HttpContext context) => context.Request is var request
        && IPAddress.IsLoopback(context.Connection.RemoteIpAddress ?? IPAddress.Loopback) // a Unix socket has none, and is here
        && (HttpMethods.IsGet(request.Method) || request.Headers.Origin.Count == 0)
        && (request.Host.Host is "localhost" || (IPAddress.TryParse(request.Host.Host, out var host) && IPAddress.IsLoopback(host)));
}

internal static class CallerExtensions
{
    /// <summary>The calling node; only for endpoints that asked for a token.</summary>
    public static Node Caller(this HttpContext context) => context.Features.GetRequiredFeature<Node>();

    /// <summary>The calling node, if it said who it is.</summary>
    public static Node? CallerOrNobody(this HttpContext context) => context.Features.Get<Node>();

    /// <summary>The token that came with a request.</summary>
    public static string? BearerToken(this HttpRequest request)
    {
        const string scheme = "Bearer ";
        string? header = request.Headers.Authorization;
        return header?.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) == true ? header[scheme.Length..].Trim() : null;
    }
}
