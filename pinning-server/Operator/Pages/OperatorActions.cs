using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Wanda.PinningServer;

/// <summary>What the buttons do: the same as the commands, by the same object.</summary>
internal sealed class OperatorActions(
    PinningServerOperator operators, PinSettler settler, OperatorToken token, OperatorSessions sessions, WrongTokens wrong,
    PinningServerOptions options, TimeProvider time)
{
    private const string By = "on the operator's page";
    private const long Gigabyte = 1_000_000_000;

    public async Task LogInAsync(HttpContext context)
    {
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : FormCollection.Empty;
        if (!token.Is(form["token"].ToString().Trim()))
        {
            wrong.Note(context);
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            await context.ShowAsync(LoginPage.Ask("That is not the token. A node's opens nothing here."));
            return;
        }

        context.Response.Cookies.Append(OperatorSessions.Cookie, sessions.Begin(), new()
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = context.Request.IsHttps,
            Path = "/",
        });
        SeeOther(context, "/");
    }

    public Task LogOutAsync(HttpContext context)
    {
        sessions.End(context.Request.Cookies[OperatorSessions.Cookie]);
        context.Response.Cookies.Delete(OperatorSessions.Cookie);
        SeeOther(context, "/login");
        return Task.CompletedTask;
    }

    public async Task InviteAsync(HttpContext context)
    {
        var form = await FormAsync(context);
        var invitation = new Invitation(form["node"].ToString().Trim())
        {
            QuotaBytes = form["quota"].ToString().Trim() is { Length: > 0 } quota ? Quota(quota) : null,
            AddOnly = form["addOnly"] == "on",
            Replace = form["replace"] == "on",
            ValidFor = Days(form["days"], "An invite is good for"),
        };
        string code = await operators.InviteAsync(invitation, context.RequestAborted);
        string server = options.PublicUrl ?? "https://YOUR-SERVER";
        await context.ShowAsync(InvitePage.Show(context.Features.Get<OperatorSession>(), invitation, $"wanda join {server} {code}",
            time.GetUtcNow() + invitation.ValidFor));
    }

    public async Task RevokeAsync(HttpContext context)
    {
        string node = (await FormAsync(context))["node"].ToString();
        Done(context, "/", await operators.RevokeAsync(node, context.RequestAborted)
            ? $"The token of {node} is revoked, and its invites are. What it keeps here is kept."
            : $"{node} has no token by an invite; an open invite for it is ended.");
    }

    public async Task RemoveAsync(HttpContext context)
    {
        string node = (await FormAsync(context))["node"].ToString();
        Done(context, "/", await operators.RemoveAsync(node, By, context.RequestAborted) is { } pins
            ? $"{node} is removed. Its {pins} pins are kept for {Written.Days(options.KeepUnpinned)} days still."
            : $"No node {node} is known here.");
    }

    public async Task UnpinAsync(HttpContext context)
    {
        var form = await FormAsync(context);
        var pin = await operators.UnpinAsync(form["id"].ToString(), By, form["reason"].ToString(), context.RequestAborted)
            ?? throw ApiException.NotFound("There is no such pin any more.");
        Done(context, PinsOf(form), $"{pin.Frame ?? pin.Cid} of {pin.Node} is dropped; the node is told when it next asks.");
    }

    public async Task RestoreAsync(HttpContext context)
    {
        var form = await FormAsync(context);
        var pin = await operators.RestoreAsync(form["id"].ToString(), context.RequestAborted)
            ?? throw ApiException.NotFound("There is no such pin that its node ended and that is kept still.");
        Done(context, PinsOf(form), $"{pin.Frame ?? pin.Cid} of {pin.Node} stands again.");
    }

    public async Task RestoreAllAsync(HttpContext context)
    {
        var form = await FormAsync(context);
        string node = form["node"].ToString();
        var since = time.GetUtcNow() - Days(form["days"], "What is restored ended within");
        int count = await operators.RestoreAllAsync(node, since, context.RequestAborted);
        Done(context, $"/pins?node={Uri.EscapeDataString(node)}", $"{count} pins of {node} stand again.");
    }

    private static async Task<IFormCollection> FormAsync(HttpContext context) => context.Request.HasFormContentType
        ? await context.Request.ReadFormAsync(context.RequestAborted)
        : throw ApiException.BadRequest("A form is expected (application/x-www-form-urlencoded).");

    private static string PinsOf(IFormCollection form) =>
        form["of"].ToString() is { Length: > 0 } node ? $"/pins?node={Uri.EscapeDataString(node)}" : "/pins";

    private static TimeSpan Days(string? text, string what) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int days) && days is >= 1 and <= 365
            ? TimeSpan.FromDays(days)
            : throw new ArgumentException($"{what} 1 day or more; write a whole number.");

    private static long Quota(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal gigabytes)
            && gigabytes is > 0 and <= 1_000_000_000
            ? (long)(gigabytes * Gigabyte)
            : throw new ArgumentException("The quota is a number of GB, as 500 or 0.5; write 2000 for 2 TB.");

    // The maintenance counts again, and lets go of what was dropped: now, and not within the hour.
    private void Done(HttpContext context, string next, string what)
    {
        settler.Wake();
        context.Features.Get<OperatorSession>()?.Say(what);
        SeeOther(context, next);
    }

    private static void SeeOther(HttpContext context, string path)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = path;
    }
}
