using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Wanda.PinningServer;

/// <summary><c>/health</c> for load balancers and service managers, <c>/metrics</c> for Prometheus.</summary>
internal sealed class HealthEndpoints(
    PinDatabase database, PinReconciler reconciler, PinRemoval removal, IFrameStore frames, UploadTable uploads, ServerMetrics metrics,
    QuotaLedger ledger, NodeRegistry nodes,
    NodeWarning warning, UploadSlots slots, NodeSightings sightings, DataFolder folder, PinningServerOptions options)
{
    private sealed record Health(string Status, string? Details, IReadOnlyList<string> Notices);

    /// <summary>200 when uploads can be taken, else 503 with the reason.</summary>
    public async Task HealthAsync(HttpContext context)
    {
        string? trouble = await TroubleAsync(context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        await context.AnswerAsync(
            trouble is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
            new Health(trouble is null ? "ok" : "degraded", trouble, [.. Notices()]));
    }

    // Without names: whoever watches need not have a token.
    private IEnumerable<string> Notices()
    {
        if (reconciler.Remade > 0)
        {
            yield return $"{reconciler.Remade} pins were made again from the block store at this start, {reconciler.Unknown} of them "
                + "without their owner: pins.db is lost or older than blocks/. See wanda pinning-server pins.";
        }

        if (removal.MassUnpins.Count > 0)
        {
            yield return $"{removal.MassUnpins.Count} nodes ended half of their pins within a day. "
                + "See wanda pinning-server pins --unpinned, and restore.";
        }
    }

    /// <summary>Prometheus text format 0.0.4.</summary>
    public async Task MetricsAsync(HttpContext context)
    {
        var (open, missing) = await uploads.OpenSumAsync(context.RequestAborted);
        var text = new StringBuilder();
        void Add(string name, string type, string help, params (string Labels, double Value)[] samples)
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP wanda_pinning_{name} {help}\n# TYPE wanda_pinning_{name} {type}\n");
            foreach (var (labels, value) in samples)
                text.Append(CultureInfo.InvariantCulture, $"wanda_pinning_{name}{labels} {value}\n");
        }

        static string Labels(string node) => $"{{node=\"{node}\"}}";
        var use = ledger.All().Where(u => u.Pins > 0 || u.Reserved > 0).ToList();
        var known = use.Select(u => nodes.Named(u.Node)).OfType<Node>().ToList();
        Add("uploads_total", "counter", "CARs that ended in a pin.", ("", metrics.Uploads));
        Add("upload_failures_total", "counter", "CARs that were refused or cut off.", ("", metrics.UploadFailures));
        Add("upload_bytes_total", "counter", "Bytes of CARs that ended in a pin.", ("", metrics.UploadBytes));
        Add("uploads_in_progress", "gauge", "CARs that are coming in.", ("", slots.Taken));
        Add("resumable_uploads_open", "gauge", "Resumable uploads that wait for more.", ("", open));
        Add("resumable_upload_missing_bytes", "gauge", "Bytes that they wait for.", ("", missing));
        Add("possession_answers_total", "counter", "Possession questions by outcome.",
            ("{outcome=\"proven\"}", metrics.PossessionsProven), ("{outcome=\"missing\"}", metrics.PossessionsUnproven));
        Add("content_requests_total", "counter", "Answered requests for blocks, CARs and files.", ("", metrics.ContentRequests));
        Add("collections_total", "counter", "Collections of unpinned blocks.", ("", metrics.Collections));
        Add("collected_bytes_total", "counter", "Bytes of unpinned blocks removed.", ("", metrics.CollectedBytes));
        Add("inspected_bytes_total", "counter", "Bytes of pinned blocks that were read to see whether they are sound.",
            ("", metrics.InspectedBytes));
        Add("lost_pins_total", "counter", "Pins that turned out not to be whole any more.", ("", metrics.LostPins));
        Add("maintenance_failures_total", "counter", "Maintenance runs that failed; see the log.", ("", metrics.MaintenanceFailures));
        Add("disk_free_bytes", "gauge", "Room left on the disk of the data folder.", ("", folder.FreeBytes()));
        Add("node_pins", "gauge", "Pins of a node.", [.. use.Select(u => (Labels(u.Node), (double)u.Pins))]);
        Add("node_bytes", "gauge", "Bytes pinned by a node.", [.. use.Select(u => (Labels(u.Node), (double)u.Bytes))]);
        Add("node_reserved_bytes", "gauge", "Bytes on their way from a node, or kept for its sessions.",
            [.. use.Select(u => (Labels(u.Node), (double)u.Reserved))]);
        Add("node_quota_bytes", "gauge", "Bytes that a node may keep.",
            [.. known.Where(n => n.QuotaBytes is not null).Select(n => (Labels(n.Name), (double)n.QuotaBytes!.Value))]);
        Add("node_room_low", "gauge", "1 when a node's quota or the disk is nearly full.",
            [.. known.Select(n => (Labels(n.Name), warning.IsRoomLow(n) ? 1.0 : 0))]);
        Add("node_token_expires_timestamp_seconds", "gauge", "When a node's token ends.",
            [.. known.Where(n => n.Expires is not null).Select(n => (Labels(n.Name), (double)n.Expires!.Value.ToUnixTimeSeconds()))]);
        Add("node_last_seen_timestamp_seconds", "gauge", "When a node was last heard of.",
            [.. sightings.All.Select(s => (Labels(s.Key), (double)s.Value.ToUnixTimeSeconds()))]);
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
    }

    private async Task<string?> TroubleAsync(CancellationToken cancellationToken)
    {
        if (folder.FreeBytes() < options.MinFreeBytes)
            return $"The disk has {folder.FreeBytes()} bytes free, less than the reserve of {options.MinFreeBytes}: uploads are refused.";
        try
        {
            await database.UsageAsync(cancellationToken);
            return await frames.TroubleAsync(cancellationToken);
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }
}
