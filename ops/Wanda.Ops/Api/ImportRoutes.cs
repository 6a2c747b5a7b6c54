using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Wanda.Ops.App;

namespace Wanda.Ops.Api;

/// <summary>Imports as JSON over HTTP: as <c>wanda import</c> has them.</summary>
internal static class ImportRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/",
            async (ImportCommand imports, CancellationToken cancellationToken) => Json(await imports.ListAsync(cancellationToken)));
        routes.MapPost("/", async (HttpContext context, ImportCommand imports, CancellationToken cancellationToken) =>
        {
            var asked = await RequestBody.ReadAsync(context);
            var (path, preset) = (asked.Required("path"), asked.Text("preset"));
            return asked.Flag("dryRun", otherwise: false)
                ? Json(await imports.LookAsync(path, preset, cancellationToken))
                : Json(await imports.AskAsync(path, preset, cancellationToken));
        });
        routes.MapPost("/{id:long}/stop", async (long id, ImportCommand imports, CancellationToken cancellationToken) =>
        {
            await imports.StopAsync(id, cancellationToken);
            return Json(new { stopped = id });
        });
    }

    private static IResult Json<T>(T value) => Results.Json(value, OpsJson.Options);
}
