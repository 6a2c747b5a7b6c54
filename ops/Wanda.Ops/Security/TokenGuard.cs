using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Wanda.Ops.Security;

/// <summary>
/// Lets nobody do what is not his to do (<see cref="Access"/>). Without a login there are the login form, the files that it is drawn with,
/// and what the WANDA app's page reads through its proxy.
/// </summary>
internal sealed class TokenGuard(RequestDelegate next, TokenGate gate, Access access)
{
    public Task InvokeAsync(HttpContext context)
    {
        var (role, marks) = (access.RoleOf(context), context.GetEndpoint()?.Metadata);
        if (role == Role.Operate || marks?.GetMetadata<IAllowAnonymous>() is not null
            || (role == Role.View && marks?.GetMetadata<ForViewers>() is not null))
        {
            return next(context);
        }

        if (!gate.IsOpen && HttpMethods.IsGet(context.Request.Method)
            && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal)
            && !context.Request.Path.StartsWithSegments("/api"))
        {
            context.Response.Redirect("/login");
            return Task.CompletedTask;
        }

        var why = gate.IsOpen
            ? "Through a proxy this may only be looked at. Give the console a token (ops.token in its configuration) and send it: "
                + "'Authorization: Bearer TOKEN'."
            : "Send the console's token: 'Authorization: Bearer TOKEN' (ops.token in its configuration).";
        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"wanda\"";
        if (Envelope.IsAskedFor(context))
            return Envelope.RefuseAsync(context, AppError.Unauthorized, why);
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return context.Response.WriteAsync(why + "\n");
    }
}
