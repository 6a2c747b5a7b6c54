using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Wanda.Ops.Security;
using Yarp.ReverseProxy.Forwarder;

namespace Wanda.Ops.App;

/// <summary>What is changed on the way to the app and back: nothing but what is ours alone, and what an enrichment adds.</summary>
internal sealed class AppTransformer(TokenGate gate, Enrichment? enrich) : HttpTransformer
{
    // Nothing that comes from the app acts as a page here, where the console's cookies are. An answer that is read by a script is none.
    private const string Sandbox = "default-src 'none'; sandbox";

    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        // As it was written: a name in one piece, FOLDER%2FNAME, is not the same as a name in a folder to everybody.
        if (httpContext.Features.Get<IHttpRequestFeature>()?.RawTarget is ['/', ..] target
            && Uri.TryCreate(destinationPrefix.TrimEnd('/') + target, in AsWritten, out var address))
        {
            proxyRequest.RequestUri = address;
        }

        var headers = proxyRequest.Headers;
        headers.Remove(Access.RoleHeader);
        if (gate.IsInHeader(httpContext.Request))
            headers.Remove(HeaderNames.Authorization);
        if (headers.Remove(HeaderNames.Cookie) && Theirs(httpContext.Request) is { Length: > 0 } cookies)
            headers.TryAddWithoutValidation(HeaderNames.Cookie, cookies);
        if (enrich is not null)
            headers.Remove(HeaderNames.AcceptEncoding);
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (enrich is not null && proxyResponse is not null)
            await enrich.ApplyAsync(proxyResponse, cancellationToken);
        var isOurs = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        httpContext.Response.Headers.ContentSecurityPolicy = Sandbox;
        httpContext.Response.Headers.XContentTypeOptions = "nosniff";
        return isOurs;
    }

    // The console's cookies are nobody else's.
    private static string Theirs(HttpRequest request) => string.Join("; ", request.Headers.Cookie.ToString().Split(';')
        .Select(c => c.Trim()).Where(c => !c.StartsWith("wanda-", StringComparison.Ordinal)));
}
