using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Wanda.Ops.Web;

/// <summary>
/// The console's forms. With htmx the answer is a word for the page, which the stream keeps current; without script the browser goes back
/// to the page.
/// </summary>
internal static class QueueForms
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var forms = app.MapGroup("/queues/{name}").DisableAntiforgery().AddEndpointFilter(FormToken.CheckAsync);
        forms.MapPost("/retry", async (string name, HttpContext context, QueueCommands commands) =>
        {
            var cancellationToken = context.RequestAborted;
            var form = await context.Request.ReadFormAsync(cancellationToken);
            if (form["later"] == "yes")
            {
                return Done(context, name,
                    $"{await commands.RetryLaterAsync(name, null, Rate(form["perSecond"].ToString()), cancellationToken):N0} come now.");
            }

            if (!long.TryParse(form["delivery"], CultureInfo.InvariantCulture, out var delivery))
            {
                return Done(context, name,
                    $"{await commands.RetryAsync(name, null, Rate(form["perSecond"].ToString()), cancellationToken):N0} tried again.");
            }

            return Done(context, name,
                await commands.RetryAsync(name, delivery, cancellationToken) ? "Tried again." : "It is not stuck any more.");
        });
        forms.MapPost("/pause", async (string name, HttpContext context, QueueCommands commands) =>
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            var length = int.TryParse(form["minutes"], CultureInfo.InvariantCulture, out var minutes)
                ? TimeSpan.FromMinutes(minutes)
                : (TimeSpan?)null;
            await commands.PauseAsync(name, form["reason"].ToString(), length, context.RequestAborted);
            return Done(context, name, "Paused.");
        });
        forms.MapPost("/purge", async (string name, HttpContext context, QueueCommands commands) =>
        {
            if ((await context.Request.ReadFormAsync(context.RequestAborted))["sure"] != "yes")
                throw new OpsException("Nothing was forgotten: tick the box if it is meant.");
            return Done(context, name, $"{await commands.PurgeAsync(name, context.RequestAborted):N0} forgotten.");
        });
        forms.MapPost("/resume", async (string name, HttpContext context, QueueCommands commands) =>
            Done(context, name, QueueWords.Resumed(await commands.ResumeAsync(name, context.RequestAborted))));
    }

    // NaN for what is no number: the command refuses it as it refuses any rate that cannot be.
    private static double? Rate(string text) =>
        text.Length == 0 ? null : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) ? rate : double.NaN;

    private static IResult Done(HttpContext context, string queue, string word) => context.Request.Headers.ContainsKey("HX-Request")
        ? Results.Text(word)
        : Results.LocalRedirect($"/queues/{Uri.EscapeDataString(queue)}");
}
