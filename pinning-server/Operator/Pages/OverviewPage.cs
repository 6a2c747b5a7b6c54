namespace Wanda.PinningServer;

/// <summary>The first page: what wants to be looked at, the disk, the nodes, the uploads under way.</summary>
internal sealed class OverviewPage(
    NodeList list, PinDatabase pins, UploadTable uploads, NodeRegistry registry, HealthEndpoints health, PinRemoval removal,
    AlertChannels channels, CertificateWatch certificate, DataFolder folder, PinningServerOptions options, TimeProvider time)
{
    private const int MaxUploadsShown = 100;
    private const int GrowthDays = 7;
    private const int FullAt = 80;
    private const int LongDays = 3650;

    public async Task<Html> ShowAsync(OperatorSession? session, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var nodes = await list.NowAsync(cancellationToken);
        return Layout.Page("Nodes", session, Html.Of($"""
            {await NoticesAsync(nodes, now, cancellationToken)}
            <h1>Nodes</h1>
            {Nodes(session, nodes, now)}
            <h2>Disk</h2>
            {await DiskAsync(now, cancellationToken)}
            <h2>Uploads under way</h2>
            {await UploadsAsync(now, cancellationToken)}
            """));
    }

    private async Task<Html> NoticesAsync(IReadOnlyList<NodeReport> nodes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var notices = new List<Html>();
        if (await health.TroubleAsync(cancellationToken) is { } trouble)
            notices.Add(Layout.Text(trouble));
        if (UsedPercent() >= FullAt)
            notices.Add(Html.Of($"The disk is {UsedPercent()} % full."));
        if (certificate.IsWatched && await certificate.EndAsync(cancellationToken) is { } end
            && AlertRules.EndingCertificate(end, now) is { } ending)
        {
            notices.Add(Html.Of($"{ending.Title}. {ending.Text}"));
        }

        notices.AddRange(health.Notices().Select(Layout.Text));
        notices.AddRange((removal.MassUnpins ?? []).Select(
            m => Html.Of($"{Layout.Node(m.Node)} ended {m.Ended} of its {m.Of} pins within a day.")));
        notices.AddRange(channels.All.Select(c => c.Trouble).OfType<ChannelTrouble>().Select(
            t => Html.Of($"Alerts do not get through; the first that did not was {Written.Time(t.Since, now)}. {t.Why}")));
        notices.AddRange(nodes.Where(n => n.Broken > 0).Select(
            n => Html.Of($"{Layout.Node(n.Name)} has {n.Broken} pins that lost bytes here.")));
        notices.AddRange(nodes.Where(n => n.IsSilent(now)).Select(
            n => Html.Of($"{Layout.Node(n.Name)} is silent for 2 nights: it was last heard of {Written.Time(n.LastSeen!.Value, now)}.")));
        return notices.Count == 0 ? Html.None : Html.Of($"""
            <ul class="notices">
            {notices.Select(n => Html.Of($"<li>{n}</li>\n"))}
            </ul>
            """);
    }

    private Html Nodes(OperatorSession? session, IReadOnlyList<NodeReport> nodes, DateTimeOffset now) => nodes.Count == 0
        ? Html.Of($"""<p>None yet. <a href="/invite">Invite one.</a></p>""")
        : Layout.Table(["Node", "Keeps", "Quota", "Last seen", "Token", ""],
            nodes.Select(n => (IReadOnlyList<Html>)[
                Layout.Node(n.Name), Html.Of($"{Written.Size(n.Bytes)} in {n.Pins} pins{Ended(n)}"), Quota(n),
                n.LastSeen is { } seen ? Seen(n, seen, now) : Layout.Text("never"), Token(n, now), Actions(session, n)]));

    private static Html Ended(NodeReport node) => node.Ended == 0 ? Html.None : Html.Of($", and {node.Ended} that ended");

    private Html Quota(NodeReport node)
    {
        if (node.Joined is null && node.InvitedUntil is not null)
            return Layout.Text("-");
        if ((registry.Named(node.Name)?.QuotaBytes ?? registry.QuotaOf(node.QuotaBytes)) is not { } quota)
            return Layout.Text("what the disk has");
        long percent = (long)Math.Min(999, 100.0 * node.Bytes / quota);
        return Html.Of($"{Meter((long)(100 * options.WarnAt), percent)} {percent} % of {Written.Size(quota)}");
    }

    private static Html Meter(long high, long percent) => Html.Of($"""<meter max="100" high="{high}" value="{percent}"></meter>""");

    private long UsedPercent() => DataFolder.PercentUsed(folder.TotalBytes, folder.FreeBytes());

    private static Html Seen(NodeReport node, DateTimeOffset seen, DateTimeOffset now) => node.IsSilent(now)
        ? Html.Of($"""{Written.Time(seen, now)} <strong class="bad">silent for 2 nights</strong>""")
        : Written.Time(seen, now);

    private Html Token(NodeReport node, DateTimeOffset now)
    {
        var words = new List<Html>();
        if (IsConfigured(node))
            words.Add(Layout.Text("by --node"));
        else if (node.Removed is { } removed)
            words.Add(Html.Of($"removed {Written.Time(removed, now)}"));
        else if (node.Revoked is { } revoked)
            words.Add(Html.Of($"revoked {Written.Time(revoked, now)}"));
        else if (node.Joined is not null)
            words.Add(Good(node.Expires, now));
        if (node.Joined is not null && node.AddOnly)
            words.Add(Layout.Text("adds only"));
        if (node.Replaced is { } replaced)
            words.Add(Html.Of($"replaced {Written.Time(replaced, now)}"));
        if (node.InvitedUntil is { } until)
            words.Add(Html.Of($"invite open until {Written.Clock(until)}"));
        if (words.Count == 0)
            words.Add(Layout.Text("none"));
        return Html.Join(words.Select((w, i) => i == 0 ? w : Html.Of($"; {w}")));
    }

    private Html Good(DateTimeOffset? expires, DateTimeOffset now) => expires switch
    {
        null => Layout.Text("good"),
        { } at when at <= now => Html.Of($"""<strong class="bad">ended {Written.Time(at, now)}</strong>"""),
        { } at when at - now <= options.WarnBeforeExpiry => Html.Of($"""<strong class="bad">ends {Written.Time(at, now)}</strong>"""),
        { } at => Html.Of($"good until {Written.Clock(at)}"),
    };

    private Html Actions(OperatorSession? session, NodeReport node)
    {
        if (IsConfigured(node))
            return Html.None;
        var name = Layout.Hidden("node", node.Name);
        var revoke = node.Revoked is null && (node.Joined ?? node.InvitedUntil) is not null
            ? Layout.Guarded(session, "Revoke", "/revoke",
                Html.Of($"{name}Ends its token and its invites. What it keeps here is kept. <button>Revoke {node.Name}</button>"))
            : Html.None;
        var remove = node.Removed is not null ? Html.None : Layout.Guarded(session, "Remove", "/remove", Html.Of($"""
            {name}Ends its token, its invites and all its pins. They are kept for {Written.Days(options.KeepUnpinned)} days still.
            <button>Remove {node.Name}</button>
            """));
        return Html.Of($"{revoke}{remove}");
    }

    private bool IsConfigured(NodeReport node) => options.Nodes.Any(n => n.Name == node.Name);

    private async Task<Html> DiskAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        long free = folder.FreeBytes();
        long total = folder.TotalBytes;
        long aDay = await pins.GrownAsync(now.AddDays(-GrowthDays), cancellationToken) / GrowthDays;
        long left = Math.Max(0, free - options.MinFreeBytes);
        var lasts = aDay == 0 || left / aDay > LongDays ? Layout.Text("more than 10 years") : Html.Of($"{left / aDay} days");
        return Html.Of($"""
            <dl>
            <dt>Used</dt><dd>{Meter(FullAt, UsedPercent())} {UsedPercent()} %, {Written.Size(total - free)} of {Written.Size(total)}</dd>
            <dt>Free for frames</dt><dd>{Written.Size(left)}, beyond a reserve of {Written.Size(options.MinFreeBytes)}</dd>
            <dt>Growth</dt><dd>{Written.Size(aDay)} a day, over the last {GrowthDays} days</dd>
            <dt>Lasts</dt><dd>{lasts}</dd>
            </dl>
            """);
    }

    private async Task<Html> UploadsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var open = await uploads.OpenAsync(cancellationToken);
        if (open.Count == 0)
            return Html.Of($"<p>No resumable upload is open.</p>");
        var shown = open.OrderByDescending(u => u.Expires).Take(MaxUploadsShown);
        var more = open.Count > MaxUploadsShown ? Html.Of($"<p>And {open.Count - MaxUploadsShown} more.</p>") : Html.None;
        // An upload's time is counted from its last part.
        return Html.Of($"""
            {Layout.Table(["Node", "Has come", "Last part"], shown.Select(u => (IReadOnlyList<Html>)[
                Layout.Node(u.Node), Html.Of($"{Written.Size(u.Stored)} of {Written.Size(u.Length)}"),
                Written.Time(u.Expires - options.UploadLifetime, now)]))}
            {more}
            """);
    }
}
