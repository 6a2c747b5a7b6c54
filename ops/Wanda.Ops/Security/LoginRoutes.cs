using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Wanda.Ops.Web;
using Wanda.Ops.Web.Views;

namespace Wanda.Ops.Security;

/// <summary>
/// The form that takes the console's token, or a code from a terminal, once and remembers that in a cookie, and the one that forgets it.
/// Below <c>/wanda</c> it is reached through the proxy of a WANDA Pi as well.
/// </summary>
internal static class LoginRoutes
{
    private const string Changed = "There is no such code: it was used, is over, or another one was made since. 'wanda login' makes one.";

    public static void Map(IEndpointRouteBuilder app)
    {
        foreach (var path in new[] { "/login", "/wanda/login" })
        {
            app.MapGet(path, (HttpContext context, ViewRenderer views) =>
                PageAsync(context, views, new LoginModel(path, Shown(context.Request.Query["code"])))).AllowAnonymous();
            app.MapPost(path, async (
                HttpContext context, ViewRenderer views, TokenGate gate, Logins logins, LoginCommand codes, RateLimits limits) =>
            {
                try
                {
                    limits.Take(context, Limited.Login);
                }
                catch (AppException e)
                {
                    return await PageAsync(context, views, new LoginModel(path, "", e.Message), e.Error.Status);
                }

                var form = await context.Request.ReadFormAsync(context.RequestAborted);
                var shown = form["token"].ToString().Trim();
                if (gate.IsToken(shown))
                {
                    gate.Remember(context);
                    return Results.LocalRedirect("/");
                }

                if (await codes.TakeAsync(shown, context.RequestAborted) is not { } allowed)
                {
                    return await PageAsync(context, views,
                        new LoginModel(path, "", gate.IsOpen ? Changed : $"That is not this console's token. {Changed}"));
                }

                logins.Remember(context, allowed);
                return Results.LocalRedirect("/");
            }).AllowAnonymous().DisableAntiforgery();

            // Whoever was let in may leave, whatever else he may.
            app.MapPost(path.Replace("login", "logout", StringComparison.Ordinal), (HttpContext context) =>
            {
                TokenGate.Forget(context);
                Logins.Forget(context);
                return Results.LocalRedirect(path);
            }).AllowAnonymous().DisableAntiforgery().AddEndpointFilter(FormToken.CheckAsync);
        }
    }

    // What somebody wrote into a link is shown in the form, and nothing is done with it before the form is sent.
    private static string Shown(string? code) => code is not null && LoginCommand.HashOf(code) is not null ? code : "";

    private static async Task<IResult> PageAsync(
        HttpContext context, ViewRenderer views, LoginModel model, int status = StatusCodes.Status401Unauthorized)
    {
        var page = PageContext.Of(context, token: "").Titled("Log in");
        page = page with { FormToken = page.CanLogOut ? FormToken.Of(context) : "" };
        var html = await views.PageAsync<LoginPage, LoginModel>(page, model, live: null);
        return Results.Content(html, "text/html; charset=utf-8", statusCode: model.Problem is null ? StatusCodes.Status200OK : status);
    }
}
