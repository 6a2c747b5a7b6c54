using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Wanda.Ops.Security;

/// <summary>When a token is configured, lets nothing through without it but the login form and the files that it is drawn with.</summary>
internal sealed class TokenGuard(RequestDelegate next, TokenGate gate)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (gate.Admits(context.Request) || context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            return next(context);
        if (HttpMethods.IsGet(context.Request.Method)
            && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal)
            && !context.Request.Path.StartsWithSegments("/api"))
        {
            context.Response.Redirect("/login");
            return Task.CompletedTask;
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"wanda\"";
        return context.Response.WriteAsync("Send the console's token: 'Authorization: Bearer TOKEN' (ops.token in its configuration).\n");
    }
}
