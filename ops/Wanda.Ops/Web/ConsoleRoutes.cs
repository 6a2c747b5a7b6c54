using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Wanda.Contracts;
using Wanda.Hosting;
using Wanda.Ops.Web.Views;

namespace Wanda.Ops.Web;

/// <summary>The console's pages.</summary>
internal static class ConsoleRoutes
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<OverviewPage, Overview, OverviewQuery>("/", null,
            query => (_, cancellationToken) => query.ReadAsync(cancellationToken), overview => overview.Night.Severity);
        app.MapPage<SourcesPage, SourcesModel, SourcesPageQuery>("/sources", "Sources", query => query.ReadAsync);
        app.MapPage<FramesPage, FrameListing, FrameQuery>("/frames", "Frames", query => async (request, cancellationToken) =>
        {
            var asked = FrameRequest.Of(request.Query);
            return new FrameListing(asked,
                await query.ListAsync(asked.Filter, asked.Session, asked.Before, FrameRequest.PageSize, cancellationToken));
        });
        app.MapPage<CapturePage, CaptureDetail, CaptureDetailQuery>("/frames/{id:guid}", "Frame",
            query => (request, cancellationToken) => query.FindAsync((string)request.RouteValues["id"]!, cancellationToken));
        app.MapPage<SessionsPage, IReadOnlyList<SessionView>, SessionQuery>("/sessions", "Sessions",
            query => (_, cancellationToken) => query.ListAsync(0, SessionQuery.MaxPage, cancellationToken));
        app.MapPage<IpfsPage, IpfsView, IpfsQuery>("/ipfs", "IPFS",
            query => (_, cancellationToken) => query.ReadAsync(cancellationToken));
        app.MapPage<QueuesPage, IReadOnlyList<QueueView>, QueueQuery>("/queues", "Queues",
            query => (_, cancellationToken) => query.ListAsync(cancellationToken));
        app.MapPage<QueuePage, QueueDetail, QueueQuery>("/queues/{name}", "Queue",
            query => (request, cancellationToken) => query.FindAsync((string)request.RouteValues["name"]!, cancellationToken));
        // Told to viewers too: what asks a proxy for what is not here is sent on to the app by it.
        app.MapFallback((HttpContext context) => Task.FromException(new NotHereException($"There is no page at {context.Request.Path}.")))
            .WithMetadata(new ForViewers());
        app.MapGet("/frames/{id:guid}/preview", (Guid id, HttpContext context, DataFolder data) =>
            PreviewFile.SendAsync(data.PreviewOf(new CaptureId(id)), context));
        app.MapMethods("/frames/{id:guid}/file", ["GET", "HEAD"],
            (Guid id, HttpContext context, FrameDownload download) => download.SendAsync(id, context));
    }
}
