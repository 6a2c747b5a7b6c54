using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Wanda.Ops.Web;

/// <summary>The forms of imports: first a look, then the word. The browser goes back to the page, with script and without.</summary>
internal static class ImportForms
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var forms = app.MapGroup("/sources/imports").DisableAntiforgery().AddEndpointFilter(FormToken.CheckAsync);
        forms.MapPost("/look", async (HttpContext context, SourcesPageQuery page) =>
        {
            var (path, preset) = await ReadAsync(context);
            var found = await page.LookAsync(path, preset, context.RequestAborted);
            return Results.LocalRedirect($"/sources?look={Uri.EscapeDataString(found.Path)}#imports");
        });
        forms.MapPost("/begin", async (HttpContext context, ImportCommand imports) =>
        {
            var (path, preset) = await ReadAsync(context);
            await imports.AskAsync(path, preset, context.RequestAborted);
            return Done();
        });
        forms.MapPost("/{id:long}/stop", async (long id, HttpContext context, ImportCommand imports) =>
        {
            await imports.StopAsync(id, context.RequestAborted);
            return Done();
        });
    }

    private static async Task<(string Path, string? Preset)> ReadAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        return (form["path"].ToString().Trim(), form["preset"].ToString() is { Length: > 0 } preset ? preset : null);
    }

    private static IResult Done() => Results.LocalRedirect("/sources#imports");
}
