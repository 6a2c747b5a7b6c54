using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ops.Web;

namespace Wanda.Ops.Api;

/// <summary>The queries and commands as JSON over HTTP.</summary>
internal static class ApiRoutes
{
    private const int EventsAtOnce = 500;

    public static void Map(IEndpointRouteBuilder app)
    {
        // For monitors: how bad it is, in a word, and no more to whoever asks without a token.
        app.MapGet("/health", async (NightQuery night, HttpContext context, CancellationToken cancellationToken) =>
        {
            var severity = (await night.ReadAsync(cancellationToken)).Severity;
            context.Response.Headers.CacheControl = "no-store";
            return Results.Text(SeverityWords.Of(severity) + "\n",
                statusCode: severity >= Severity.NeedsYou ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
        }).AllowAnonymous();
        var api = app.MapGroup("/api").DisableAntiforgery();
        api.MapGet("/status",
            async (NightQuery night, CancellationToken cancellationToken) => Json(await night.ReadAsync(cancellationToken)));
        api.MapGet("/sources",
            async (SourceQuery query, CancellationToken cancellationToken) => Json(await query.ListAsync(cancellationToken)));
        api.MapGet("/ipfs",
            async (IpfsQuery query, CancellationToken cancellationToken) => Json(await query.ReadAsync(cancellationToken)));
        api.MapGet("/destinations",
            async (DestinationQuery query, CancellationToken cancellationToken) => Json(await query.ListAsync(cancellationToken)));
        api.MapGet("/frames",
            async (FrameQuery query, string? state, string? session, string? before, int? limit, CancellationToken cancellationToken) =>
                Json(await query.ListAsync(
                    CustodyWords.Filter(state) ?? throw new OpsException(
                        $"'{state}' is no state. Take one of {string.Join(", ", Enum.GetValues<FrameFilter>().Select(CustodyWords.Key))}."),
                    session, before, limit ?? 100, cancellationToken)));
        api.MapGet("/frames/{id}",
            async (string id, CaptureDetailQuery query, CancellationToken cancellationToken) =>
                Json(await query.FindAsync(id, cancellationToken)));
        api.MapGet("/frames/{id:guid}/preview", (Guid id, HttpContext context, DataFolder data) =>
            PreviewFile.SendAsync(data.PreviewOf(new CaptureId(id)), context)).WithMetadata(new ForViewers());
        api.MapMethods("/frames/{id:guid}/file", ["GET", "HEAD"],
            (Guid id, HttpContext context, FrameDownload download) => download.SendAsync(id, context));
        api.MapGet("/sessions", async (SessionQuery query, int? skip, int? limit, CancellationToken cancellationToken) =>
            Json(await query.ListAsync(skip ?? 0, limit ?? 50, cancellationToken)));
        api.MapGet("/sessions/{name}",
            async (string name, SessionQuery query, CancellationToken cancellationToken) =>
                Json(await query.FindAsync(name, cancellationToken)));
        api.MapGet("/events", (HttpContext context, long? after, Catalogue catalogue, Pulse pulse, IHostApplicationLifetime lifetime) =>
            TypedResults.ServerSentEvents(EventsAsync(From(context, after), catalogue, pulse, lifetime, context.RequestAborted)));
        ImportRoutes.Map(api.MapGroup("/imports"));
        MapQueues(api.MapGroup("/queues"));
    }

    private static void MapQueues(IEndpointRouteBuilder queues)
    {
        queues.MapGet("/", async (QueueQuery query, CancellationToken cancellationToken) => Json(await query.ListAsync(cancellationToken)));
        queues.MapGet("/{name}",
            async (string name, QueueQuery query, CancellationToken cancellationToken) =>
                Json(await query.FindAsync(name, cancellationToken)));
        queues.MapGet("/{name}/messages/{delivery:long}",
            async (string name, long delivery, QueueQuery query, CancellationToken cancellationToken) =>
                Json(await query.FindMessageAsync(name, delivery, cancellationToken)));
        queues.MapPost("/{name}/retry", async (
            string name, long? delivery, int? limit, double? perSecond, bool? later, QueueCommands commands,
            CancellationToken cancellationToken) =>
            Json(
                new
                {
                    retried = (delivery, later) switch
                    {
                        ({ } one, not true) => await commands.RetryAsync(name, one, cancellationToken) ? 1 : 0,
                        (null, true) => await commands.RetryLaterAsync(name, limit, perSecond, cancellationToken),
                        (null, _) => await commands.RetryAsync(name, limit, perSecond, cancellationToken),
                        _ => throw new OpsException(QueueWords.OneOrLater),
                    },
                }));
        queues.MapPost("/{name}/pause",
            async (string name, string reason, TimeSpan? length, QueueCommands commands, CancellationToken cancellationToken) =>
                Json(new { paused = true, until = await commands.PauseAsync(name, reason, length, cancellationToken) }));
        queues.MapPost("/{name}/purge", async (string name, QueueCommands commands, CancellationToken cancellationToken) =>
            Json(new { purged = await commands.PurgeAsync(name, cancellationToken) }));
        queues.MapPost("/{name}/resume", async (string name, QueueCommands commands, CancellationToken cancellationToken) =>
        {
            var resumed = await commands.ResumeAsync(name, cancellationToken);
            return Json(new { resumed = resumed.WasPaused, sooner = resumed.Sooner });
        });
    }

    private static IResult Json<T>(T value) => Results.Json(value, OpsJson.Options);

    // A browser that comes back says where it was; a first call without a place gets what happens from now on.
    private static long? From(HttpContext context, long? after) =>
        long.TryParse(context.Request.Headers["Last-Event-ID"], out var last) ? last : after;

    private static async IAsyncEnumerable<SseItem<string>> EventsAsync(
        long? after, Catalogue catalogue, Pulse pulse, IHostApplicationLifetime lifetime,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        var seq = after ?? await catalogue.Events.NewestAsync(stop.Token);
        object? state = null;
        while (!stop.IsCancellationRequested)
        {
            foreach (var line in await catalogue.Events.AfterAsync(seq, EventsAtOnce, stop.Token))
            {
                seq = line.Seq;
                yield return new SseItem<string>(System.Text.Json.JsonSerializer.Serialize(line, OpsJson.Options))
                {
                    EventId = seq.ToString(System.Globalization.CultureInfo.InvariantCulture),
                };
            }

            state = await pulse.NextAsync(state, stop.Token);
        }
    }
}
