using Microsoft.AspNetCore.Http;

namespace Wanda.Ops.Security;

/// <summary>
/// Tells browsers to load, run and send nothing but the console's own: no other site, no inline script, no frame around it.
/// </summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
            + "frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        // With "no-referrer" a browser sends a form of ours with "Origin: null", which cannot be told from another site's.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // What a night looks like is nobody's business after the tab is closed. Assets and previews say otherwise themselves.
        headers.CacheControl = "no-store";
        return next(context);
    }
}
