using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Wanda.Ops.Web;

/// <summary>The token that each of the console's forms carries.</summary>
internal static class FormToken
{
    /// <summary>The token of a page that is drawn now; its twin goes into a cookie.</summary>
    public static string Of(HttpContext context) =>
        context.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context).RequestToken ?? "";

    /// <summary>Lets a form through that carries it.</summary>
    public static async ValueTask<object?> CheckAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next) =>
        await call.HttpContext.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(call.HttpContext)
            ? await next(call)
            : Results.Text("This page is too old. Load it again.", statusCode: StatusCodes.Status400BadRequest);
}
