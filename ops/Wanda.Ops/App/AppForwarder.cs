using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Wanda.Hosting;
using Wanda.Ops.Security;
using Yarp.ReverseProxy.Forwarder;

namespace Wanda.Ops.App;

/// <summary>
/// Passes requests on to the WANDA app, which cannot be changed and does many things at a time badly: each has its time, and when the app
/// is away the page is told so in the app's own way.
/// </summary>
internal sealed class AppForwarder(IHttpForwarder forwarder, WandaOptions options, TokenGate gate) : IDisposable
{
    // An exposure stops all of the app: its own answer to one comes after 60 s, or after the exposure and 30 s more.
    private static readonly ForwarderRequestConfig Patience = new() { ActivityTimeout = TimeSpan.FromMinutes(5) };

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10),
    });

    /// <summary>Whether there is an app.</summary>
    public bool IsThere => options.Ops.App is not null;

    /// <summary>Passes a request on, and its answer back.</summary>
    /// <param name="context">The request.</param>
    /// <param name="enrich">What is added to a good answer of JSON; null: it goes back as it came.</param>
    /// <param name="patience">How long the app may be silent; null for as long as an exposure takes.</param>
    /// <returns>False when the app gave no answer, and nothing was sent.</returns>
    public async Task<bool> TryAsync(HttpContext context, Enrichment? enrich = null, TimeSpan? patience = null)
    {
        // What the app says of its answers holds.
        var (headers, cache) = (context.Response.Headers, context.Response.Headers.CacheControl);
        headers.Remove(HeaderNames.CacheControl);
        var wait = patience is { } bound ? new ForwarderRequestConfig { ActivityTimeout = bound } : Patience;
        var error = await forwarder.SendAsync(context, options.Ops.App!, _client, wait, new AppTransformer(gate, enrich));
        if (error == ForwarderError.None || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
            return true;
        context.Response.StatusCode = StatusCodes.Status200OK;
        headers.CacheControl = cache;
        return false;
    }

    /// <summary>The same, told to the page when the app gave no answer.</summary>
    public async Task SendAsync(HttpContext context, Enrichment? enrich = null)
    {
        if (!IsThere)
            throw new NotHereException($"There is nothing at {context.Request.Path}.");
        if (!await TryAsync(context, enrich))
        {
            throw new AppException(AppError.Unreachable,
                $"The WANDA app ({options.Ops.App}) did not answer: it is not running, or an exposure keeps it from answering. The frames "
                    + "that are there are shown meanwhile.");
        }
    }

    public void Dispose() => _client.Dispose();
}
