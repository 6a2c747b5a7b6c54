using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Wanda.Ops.Web;
using Wanda.Ops.Web.Views;

namespace Wanda.Ops.Security;

/// <summary>The form that takes the console's token once and remembers it in a cookie, and the one that forgets it.</summary>
internal static class LoginRoutes
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/login", (HttpContext context, ViewRenderer views) => PageAsync(context, views, null)).AllowAnonymous();
        app.MapPost("/login", async (HttpContext context, ViewRenderer views, TokenGate gate) =>
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            if (!gate.IsToken(form["token"].ToString().Trim()))
                return await PageAsync(context, views, "That is not this console's token.");
            gate.Remember(context);
            return Results.LocalRedirect("/");
        }).AllowAnonymous().DisableAntiforgery();
        app.MapPost("/logout", (HttpContext context) =>
        {
            TokenGate.Forget(context);
            return Results.LocalRedirect("/login");
        }).DisableAntiforgery().AddEndpointFilter(FormToken.CheckAsync);
    }

    private static async Task<IResult> PageAsync(HttpContext context, ViewRenderer views, string? problem)
    {
        var html = await views.PageAsync<LoginPage, string?>(PageContext.Of(context, token: "").Titled("Log in"), problem, live: null);
        return Results.Content(html, "text/html; charset=utf-8", statusCode: problem is null ? 200 : 401);
    }
}
