using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Wanda.Ops.Web;

/// <summary>
/// The console's forms. With htmx the answer is a word for the page, which the stream keeps current; without script the browser goes back to
/// the page.
/// </summary>
internal static class QueueForms
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var forms = app.MapGroup("/queues/{name}").DisableAntiforgery().AddEndpointFilter(CheckTokenAsync);
        forms.MapPost("/retry", async (string name, HttpContext context, QueueCommands commands) =>
        {
            var cancel = context.RequestAborted;
            var one = (await context.Request.ReadFormAsync(cancel))["delivery"].ToString();
            if (!long.TryParse(one, CultureInfo.InvariantCulture, out var delivery))
                return Done(context, name, $"{await commands.RetryAsync(name, cancel):N0} tried again.");
            return Done(context, name, await commands.RetryAsync(name, delivery, cancel) ? "Tried again." : "It is not stuck any more.");
        });
        forms.MapPost("/pause", async (string name, HttpContext context, QueueCommands commands) =>
        {
            var reason = (await context.Request.ReadFormAsync(context.RequestAborted))["reason"].ToString();
            await commands.PauseAsync(name, reason, context.RequestAborted);
            return Done(context, name, "Paused.");
        });
        forms.MapPost("/resume", async (string name, HttpContext context, QueueCommands commands) =>
            Done(context, name, await commands.ResumeAsync(name, context.RequestAborted) ? "It goes on." : "It was not paused."));
    }

    private static IResult Done(HttpContext context, string queue, string word) => context.Request.Headers.ContainsKey("HX-Request")
        ? Results.Text(word)
        : Results.LocalRedirect($"/queues/{Uri.EscapeDataString(queue)}");

    private static async ValueTask<object?> CheckTokenAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var antiforgery = (IAntiforgery)call.HttpContext.RequestServices.GetService(typeof(IAntiforgery))!;
        return await antiforgery.IsRequestValidAsync(call.HttpContext)
            ? await next(call)
            : Results.Text("This page is too old. Load it again.", statusCode: StatusCodes.Status400BadRequest);
    }
}
