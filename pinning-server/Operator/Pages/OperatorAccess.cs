using Microsoft.AspNetCore.Http;

namespace Wanda.PinningServer;

/// <summary>On what is shown before anybody has logged in.</summary>
internal sealed class BeforeLogin
{
    public static readonly BeforeLogin Shown = new();
}

/// <summary>
/// Lets in who has the operator's token, as a bearer or by a session, and takes forms from our own pages only. Says to browsers what the
/// pages may do, which is nearly nothing: they have no script.
/// </summary>
internal sealed class OperatorAccess(RequestDelegate next, OperatorToken token, OperatorSessions sessions, WrongTokens wrong)
{
    private const string Policy =
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    public async Task InvokeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        if (context.GetEndpoint()?.Metadata.GetMetadata<BeforeLogin>() is null && !IsBearer(context))
        {
            if (sessions.Find(context.Request.Cookies[OperatorSessions.Cookie]) is not { } session)
            {
                Stop(context);
                return;
            }

            context.Features.Set(session);
            if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
                await RequireOwnFormAsync(context, session);
        }

        await next(context);
    }

    private bool IsBearer(HttpContext context)
    {
        if (context.Request.BearerToken() is not { } bearer)
            return false;
        if (token.Is(bearer))
            return true;
        wrong.Note(context);
        context.Response.Headers.WWWAuthenticate = "Bearer";
        throw new ApiException(StatusCodes.Status401Unauthorized, "UNAUTHORIZED",
            $"That is not the operator's token, which is in {OperatorToken.FileName} in the data folder. A node's opens nothing here.");
    }

    // Programs are told what they lack, people are asked for it.
    private static void Stop(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method)
            && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            context.Response.Redirect("/login");
            return;
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        throw new ApiException(StatusCodes.Status401Unauthorized, "UNAUTHORIZED",
            $"The operator's token is needed, which is in {OperatorToken.FileName} in the data folder.");
    }

    // Cookies know no ports: a page on the tenants' side of this machine would send this one along, and is the same site to a browser.
    private static async Task RequireOwnFormAsync(HttpContext context, OperatorSession session)
    {
        bool isOwn = context.Request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin"
            && context.Request.HasFormContentType
            && session.IsForm((await context.Request.ReadFormAsync(context.RequestAborted))[Layout.FormField]);
        if (!isOwn)
        {
            throw new ApiException(StatusCodes.Status403Forbidden, "NOT_OUR_FORM",
                "That form was not of a page of this server, or of one from before you logged in. Nothing was done: load the page again.");
        }
    }
}
