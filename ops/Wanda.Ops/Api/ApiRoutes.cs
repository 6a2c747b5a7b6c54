using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Hosting;
using Wanda.Ops.Web;

namespace Wanda.Ops.Api;

/// <summary>The queries and commands as JSON over HTTP.</summary>
internal static class ApiRoutes
{
    private const int EventsAtOnce = 500;

    public static void Map(IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api").DisableAntiforgery();
        api.MapGet("/status", async (NightQuery night, CancellationToken cancel) => Json(await night.ReadAsync(cancel)));
        api.MapGet("/destinations", async (DestinationQuery query, CancellationToken cancel) => Json(await query.ListAsync(cancel)));
        api.MapGet("/frames", async (FrameQuery query, string? state, string? session, string? before, int? limit, CancellationToken cancel) =>
            Json(await query.ListAsync(
                CustodyWords.Filter(state) ?? throw new OpsException($"'{state}' is no state. Take one of {string.Join(", ", Enum.GetValues<FrameFilter>().Select(CustodyWords.Key))}."),
                session, before, limit ?? 100, cancel)));
        api.MapGet("/frames/{id}", async (string id, CaptureDetailQuery query, CancellationToken cancel) => Json(await query.FindAsync(id, cancel)));
        api.MapGet("/frames/{id:guid}/preview", (Guid id, HttpContext context, DataFolder data) =>
            PreviewFile.SendAsync(data.PreviewOf(new CaptureId(id)), context));
        api.MapMethods("/frames/{id:guid}/file", ["GET", "HEAD"], (Guid id, HttpContext context, FrameDownload download) => download.SendAsync(id, context));
        api.MapGet("/sessions", async (SessionQuery query, int? skip, int? limit, CancellationToken cancel) =>
            Json(await query.ListAsync(skip ?? 0, limit ?? 50, cancel)));
        api.MapGet("/sessions/{name}", async (string name, SessionQuery query, CancellationToken cancel) => Json(await query.FindAsync(name, cancel)));
        api.MapGet("/events", (HttpContext context, long? after, Catalogue catalogue, Pulse pulse, IHostApplicationLifetime lifetime) =>
            TypedResults.ServerSentEvents(EventsAsync(From(context, after), catalogue, pulse, lifetime, context.RequestAborted)));
        MapQueues(api.MapGroup("/queues"));
    }

    private static void MapQueues(IEndpointRouteBuilder queues)
    {
        queues.MapGet("/", async (QueueQuery query, CancellationToken cancel) => Json(await query.ListAsync(cancel)));
        queues.MapGet("/{name}", async (string name, QueueQuery query, CancellationToken cancel) => Json(await query.FindAsync(name, cancel)));
        queues.MapGet("/{name}/messages/{delivery:long}", async (string name, long delivery, QueueQuery query, CancellationToken cancel) =>
            Json(await query.FindMessageAsync(name, delivery, cancel)));
        queues.MapPost("/{name}/retry", async (string name, long? delivery, int? limit, double? perSecond, QueueCommands commands, CancellationToken cancel) =>
            Json(new { retried = delivery is { } one ? await commands.RetryAsync(name, one, cancel) ? 1 : 0 : await commands.RetryAsync(name, limit, perSecond, cancel) }));
        queues.MapPost("/{name}/pause", async (string name, string reason, TimeSpan? length, QueueCommands commands, CancellationToken cancel) =>
            Json(new { paused = true, until = await commands.PauseAsync(name, reason, length, cancel) }));
        queues.MapPost("/{name}/purge", async (string name, QueueCommands commands, CancellationToken cancel) =>
            Json(new { purged = await commands.PurgeAsync(name, cancel) }));
        queues.MapPost("/{name}/resume", async (string name, QueueCommands commands, CancellationToken cancel) =>
            Json(new { resumed = await commands.ResumeAsync(name, cancel) }));
    }

    private static IResult Json<T>(T value) => Results.Json(value, OpsJson.Options);

    // A browser that comes back says where it was; a first call without a place gets what happens from now on.
    private static long? From(HttpContext context, long? after) =>
        long.TryParse(context.Request.Headers["Last-Event-ID"], out var last) ? last : after;

    private static async IAsyncEnumerable<SseItem<string>> EventsAsync(
        long? after, Catalogue catalogue, Pulse pulse, IHostApplicationLifetime lifetime, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, lifetime.ApplicationStopping);
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
