using System.Globalization;
using System.Text;

namespace Wanda.PinningServer;

/// <summary>Figures in the Prometheus text format 0.0.4: the server's, for its operator, or those of one node, for that node.</summary>
internal sealed class MetricsText(
    ServerMetrics metrics, UploadTable uploads, UploadSlots slots, QuotaLedger ledger, NodeRegistry nodes, NodeWarning warning,
    NodeSightings sightings, AlertTable alerts, AlertChannels channels, DataFolder folder)
{
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Everything, the names of all nodes with it.</summary>
    public async Task<string> AllAsync(CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        AddUploads(text, metrics.Uploads, slots.Taken, await uploads.OpenSumAsync(null, cancellationToken));
        Add(text, "possession_answers_total", "counter", "Possession questions by outcome.",
            ("{outcome=\"proven\"}", metrics.PossessionsProven), ("{outcome=\"missing\"}", metrics.PossessionsUnproven));
        Add(text, "content_requests_total", "counter", "Answered requests for blocks, CARs and files.", ("", metrics.ContentRequests));
        Add(text, "collections_total", "counter", "Collections of unpinned blocks.", ("", metrics.Collections));
        Add(text, "collected_bytes_total", "counter", "Bytes of unpinned blocks removed.", ("", metrics.CollectedBytes));
        Add(text, "inspected_bytes_total", "counter", "Bytes of pinned blocks that were read to see whether they are sound.",
            ("", metrics.InspectedBytes));
        Add(text, "lost_pins_total", "counter", "Pins that turned out not to be whole any more.", ("", metrics.LostPins));
        Add(text, "maintenance_failures_total", "counter", "Maintenance runs that failed; see the log.", ("", metrics.MaintenanceFailures));
        Add(text, "disk_free_bytes", "gauge", "Room left on the disk of the data folder.", ("", folder.FreeBytes()));
        Add(text, "alert_looks_total", "counter", "Times that it was looked for what the operator is told.", ("", metrics.AlertLooks));
        Add(text, "alerts", "gauge", "What the operator is told of, now, by kind.",
            [.. (await alerts.AllAsync(cancellationToken)).GroupBy(a => a.Key.Split('/')[0])
                .Select(kind => ($"{{kind=\"{kind.Key}\"}}", (double)kind.Count()))]);
        Add(text, "notifications_total", "counter", "Alerts, and their ends, that a channel took.",
            [.. channels.All.Select(c => ($"{{channel=\"{c.Name}\"}}", (double)c.Taken))]);
        Add(text, "notification_failures_total", "counter", "Those that did not get through, each time; see the log.",
            [.. channels.All.Select(c => ($"{{channel=\"{c.Name}\"}}", (double)c.Failures))]);
        var use = ledger.All().Where(u => u.Pins > 0 || u.Reserved > 0).ToList();
        AddNodes(text, use, [.. use.Select(u => nodes.Named(u.Node)).OfType<Node>()], sightings.All);
        return text.ToString();
    }

    /// <summary>A node's own, and nothing of others.</summary>
    public async Task<string> OfAsync(Node node, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        AddUploads(text, metrics.UploadsOf(node.Name), slots.TakenBy(node.Name), await uploads.OpenSumAsync(node.Name, cancellationToken));
        AddNodes(text, [ledger.Use(node)], [node], sightings.All.Where(s => s.Key == node.Name));
        return text.ToString();
    }

    private static void AddUploads(StringBuilder text, ServerMetrics.UploadCounts counts, int underWay, (long Count, long Missing) open)
    {
        Add(text, "uploads_total", "counter", "CARs that ended in a pin.", ("", counts.Taken));
        Add(text, "upload_failures_total", "counter", "CARs that were refused or cut off.", ("", counts.Failed));
        Add(text, "upload_bytes_total", "counter", "Bytes of CARs that ended in a pin.", ("", counts.Bytes));
        Add(text, "uploads_in_progress", "gauge", "CARs that are coming in.", ("", underWay));
        Add(text, "resumable_uploads_open", "gauge", "Resumable uploads that wait for more.", ("", open.Count));
        Add(text, "resumable_upload_missing_bytes", "gauge", "Bytes that they wait for.", ("", open.Missing));
    }

    private void AddNodes(
        StringBuilder text, IReadOnlyList<NodeUse> use, IReadOnlyList<Node> known, IEnumerable<KeyValuePair<string, DateTimeOffset>> seen)
    {
        static string Labels(string node) => $"{{node=\"{node}\"}}";
        Add(text, "node_pins", "gauge", "Pins of a node.", [.. use.Select(u => (Labels(u.Node), (double)u.Pins))]);
        Add(text, "node_bytes", "gauge", "Bytes pinned by a node.", [.. use.Select(u => (Labels(u.Node), (double)u.Bytes))]);
        Add(text, "node_reserved_bytes", "gauge", "Bytes on their way from a node, or kept for its sessions.",
            [.. use.Select(u => (Labels(u.Node), (double)u.Reserved))]);
        Add(text, "node_quota_bytes", "gauge", "Bytes that a node may keep.",
            [.. known.Where(n => n.QuotaBytes is not null).Select(n => (Labels(n.Name), (double)n.QuotaBytes!.Value))]);
        Add(text, "node_room_low", "gauge", "1 when a node's quota or the disk is nearly full.",
            [.. known.Select(n => (Labels(n.Name), warning.IsRoomLow(n) ? 1.0 : 0))]);
        Add(text, "node_token_expires_timestamp_seconds", "gauge", "When a node's token ends.",
            [.. known.Where(n => n.Expires is not null).Select(n => (Labels(n.Name), (double)n.Expires!.Value.ToUnixTimeSeconds()))]);
        Add(text, "node_last_seen_timestamp_seconds", "gauge", "When a node was last heard of.",
            [.. seen.Select(s => (Labels(s.Key), (double)s.Value.ToUnixTimeSeconds()))]);
    }

    private static void Add(StringBuilder text, string name, string type, string help, params (string Labels, double Value)[] samples)
    {
        text.Append(CultureInfo.InvariantCulture, $"# HELP wanda_pinning_{name} {help}\n# TYPE wanda_pinning_{name} {type}\n");
        foreach (var (labels, value) in samples)
            text.Append(CultureInfo.InvariantCulture, $"wanda_pinning_{name}{labels} {value}\n");
    }
}
