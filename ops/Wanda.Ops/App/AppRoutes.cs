using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Wanda.Ops.Security;

namespace Wanda.Ops.App;

/// <summary>
/// What the WANDA app's page finds here: the app's own REST, passed on; what its design names beside that; pictures, whether they are still
/// there or not. docs/wanda-app.md says what each means.
/// </summary>
internal static class AppRoutes
{
    private static readonly string[] Get = ["GET", "HEAD"];

    public static void Map(IEndpointRouteBuilder app)
    {
        var page = app.MapGroup("").DisableAntiforgery().WithMetadata(new Flat());
        var read = page.MapGroup("").WithMetadata(new ForViewers());
        MapIpfs(read.MapGroup("/api/ipfs"), page.MapGroup("/api/ipfs"));
        MapCaptures(read);
        read.MapMethods("/ipfs/{cid}/{**path}", Get, (string cid, string? path, HttpContext context, ContentAnswer answer) =>
            answer.SendAsync(context, cid, path));
        read.MapMethods("/ipns/{name}/{**path}", Get, (string name, string? path, HttpContext context, ContentAnswer answer) =>
            answer.SendNamedAsync(context, name, path));

        // The app is as open to whoever reaches it as this is: to look, to take a picture, to start a session. It knows no roles.
        read.MapGet("/api/session/status", (HttpContext context, AppAnswers answers) => answers.SessionStatusAsync(context));
        read.MapGet("/api/session/{name}/ipfs", async (HttpContext context, SessionIpfsQuery query, CancellationToken cancellationToken) =>
        {
            var name = Uri.UnescapeDataString(WrittenPath.Of(context, "/api/session/", "/ipfs") ?? "");
            var runs = await query.RunsAsync(name, cancellationToken);
            return Envelope.Of(new { name, runs[0].Session, runs[0].Ipfs, runs }, "Session found");
        });
        foreach (var capture in new[] { "/api/capture", "/api/camera/capture" })
            read.MapPost(capture, (HttpContext context, AppAnswers answers) => answers.CaptureAsync(context));
        if (app.ServiceProvider.GetRequiredService<AppForwarder>() is { IsThere: true } forwarder)
            read.Map("/api/{**rest}", (HttpContext context) => forwarder.SendAsync(context));
    }

    private static void MapIpfs(IEndpointRouteBuilder read, IEndpointRouteBuilder change)
    {
        read.MapGet("/status", async (IpfsNodeQuery query, CancellationToken cancellationToken) =>
            Envelope.Of(await query.StatusAsync(cancellationToken), "IPFS status retrieved")).Within(Limited.Status);
        read.MapGet("/stats", async (IpfsNodeQuery query, CancellationToken cancellationToken) =>
            Envelope.Of(await query.StatsAsync(cancellationToken), "IPFS statistics retrieved")).Within(Limited.Stats);
        read.MapGet("/uploads", async (UploadsQuery query, CancellationToken cancellationToken) =>
            Envelope.Of(new { uploads = await query.ReadAsync(cancellationToken) }, "Uploads retrieved"));
        read.MapGet("/peers", async (IpfsNodeQuery query, HttpContext context, CancellationToken cancellationToken) =>
            Envelope.Of(await query.PeersAsync(context.Request.Query["wanda_only"] == "true", cancellationToken), "Peers retrieved"));
        foreach (var pins in new[] { "/pins", "/pin" })
        {
            read.MapGet(pins, async (HttpContext context, PinQuery query, CancellationToken cancellationToken) =>
                Envelope.Of(await query.ListAsync(context.Request.Query["type"], context.Number("limit", 50), context.Number("offset", 0),
                    cancellationToken), "Pin list retrieved"));
            change.MapPost(pins, async (HttpContext context, PinCommands commands) =>
            {
                var body = await RequestBody.ReadAsync(context);
                return Envelope.Of(await commands.PinAsync(ContentAnswer.Parse(body.Required("cid")), body.Flag("recursive", true),
                    body.Text("name"), context.RequestAborted), "Content pinned");
            }).Within(Limited.Pin);
            change.MapDelete(pins + "/{cid}", async (string cid, PinCommands commands, CancellationToken cancellationToken) =>
                Envelope.Of(await commands.UnpinAsync(ContentAnswer.Parse(cid), cancellationToken), "Content unpinned"));
        }

        foreach (var content in new[] { "/content/{cid}", "/{cid}" })
            read.MapMethods(content, Get, (string cid, HttpContext context, ContentAnswer answer) => answer.SendAsync(context, cid));

        change.MapPost("/content", async (HttpContext context, AddCommand command) =>
        {
            var body = await RequestBody.ReadAsync(context);
            return Envelope.Of(await command.AddAsync(body.Required("path"), body.Flag("pin", true), body.Flag("wrap_directory", false),
                context.RequestAborted), "Content added");
        }).Within(Limited.AddContent);
        change.MapPost("/peers/connect", async (HttpContext context, IpfsNodeQuery query) =>
        {
            var peer = await query.ConnectAsync((await RequestBody.ReadAsync(context)).Required("multiaddr"), context.RequestAborted);
            return Envelope.Of(new { peer_id = peer, connected = true }, "Connected to the peer");
        });
    }

    private static void MapCaptures(IEndpointRouteBuilder read)
    {
        read.MapGet("/api/captures", (HttpContext context, AppAnswers answers) => answers.ListAsync(context));
        read.MapGet("/api/captures/folders", (HttpContext context, AppAnswers answers) => answers.FoldersAsync(context));
        read.MapGet("/api/captures/{id}/cid", async (HttpContext context, CaptureQuery query, CancellationToken cancellationToken) =>
        {
            var found = await query.FindAsync(WrittenPath.Of(context, "/api/captures/", "/cid") ?? "", cancellationToken);
            return Envelope.Of(new { found.Ipfs.Cid, found.Id, found.Name, found.Path, found.Ipfs }, "Capture found");
        });
        foreach (var prefix in new[] { "/captures/", "/api/captures/" })
        {
            read.MapMethods(prefix + "{**path}", Get, async (HttpContext context, CaptureAnswer answer, AppForwarder forwarder) =>
            {
                if (CapturePath.Parse(WrittenPath.Of(context, prefix) ?? "") is { } path && await answer.TrySendAsync(context, path))
                    return;
                if (prefix.StartsWith("/api", StringComparison.Ordinal) && forwarder.IsThere)
                    await forwarder.SendAsync(context);
                else
                    throw new NotHereException("There is no capture of that name.");
            });
        }
    }

    private static RouteHandlerBuilder Within(this RouteHandlerBuilder endpoint, Limited what) =>
        endpoint.AddEndpointFilter((context, next) =>
        {
            context.HttpContext.RequestServices.GetRequiredService<RateLimits>().Take(context.HttpContext, what);
            return next(context);
        });
}
