namespace Wanda.PinningServer;

/// <summary>The pins of a node, or of all: those that lost bytes first, then what was ended and is kept still, then the newest.</summary>
internal sealed class PinsPage(PinningServerOperator operators, PinningServerOptions options, TimeProvider time)
{
    private const int Limit = 200;

    /// <param name="session">Who is logged in.</param>
    /// <param name="node">Whose pins; null for all.</param>
    /// <param name="before">Only the pins that are older than this one: a further page of the newest.</param>
    /// <param name="cancellationToken">Stops the queries.</param>
    public async Task<Html> ShowAsync(OperatorSession? session, string? node, long before, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var page = await operators.PinsAsync(node, broken: false, Limit, before, cancellationToken);
        var newest = Html.Of($"""
            {Pins([.. page.Where(p => p.State != "broken")], now, p => Unpin(session, p, node))}
            {(page.Count < Limit ? Html.None : Layout.Older("/pins", node, page[^1].Row))}
            """);
        var title = node is null ? "Pins" : $"Pins of {node}";
        var more = node is null ? Html.None
            : Html.Of($"""<p><a href="/log?node={Uri.EscapeDataString(node)}">Its log</a> · <a href="/pins">all nodes</a></p>""");
        if (before != long.MaxValue)
            return Layout.Page(title, session, Html.Of($"<h1>{title}, older ones</h1>{more}{newest}"));
        var broken = await operators.PinsAsync(node, broken: true, Limit, long.MaxValue, cancellationToken);
        var unpinned = await operators.UnpinnedAsync(node, Limit, cancellationToken);
        return Layout.Page(title, session, Html.Of($"""
            <h1>{title}</h1>
            {more}
            <h2 class="bad">Lost bytes here</h2>
            {Pins(broken, now, p => Unpin(session, p, node))}{Rest(broken, "--broken")}
            <h2>Ended, and kept for {Written.Days(options.KeepUnpinned)} days still</h2>
            {RestoreAll(session, node, unpinned.Count)}
            {Pins(unpinned, now, p => Restore(session, p, node))}{Rest(unpinned, "--unpinned")}
            <h2>Newest</h2>
            {newest}
            """));
    }

    // What is to be seen to goes from these lists one by one.
    private static Html Rest(IReadOnlyList<PinReport> pins, string flag) => pins.Count < Limit ? Html.None
        : Html.Of($"""<p>The latest {Limit} only: "wanda pinning-server pins {flag}" lists more.</p>""");

    private static Html Pins(IReadOnlyList<PinReport> pins, DateTimeOffset now, Func<PinReport, Html> action)
    {
        if (pins.Count == 0)
            return Html.Of($"<p>None.</p>");
        return Layout.Table(["Node", "Frame", "Size", "State", "Since", ""], pins.Select(p => (IReadOnlyList<Html>)[
            Layout.Node(p.Node), Html.Of($"""{p.Frame ?? "-"} <code>{p.Cid}</code>"""), Layout.Text(Written.Size(p.Bytes)),
            p.State == "broken" ? Html.Of($"""<strong class="bad">{p.State}</strong>""") : Layout.Text(p.State),
            Written.Time(p.Unpinned ?? p.Created, now), action(p)]));
    }

    private static Html Unpin(OperatorSession? session, PinReport pin, string? node) => Layout.Guarded(session, "Unpin", "/unpin", Html.Of($"""
        {Layout.Hidden("id", pin.Id)}{Layout.Hidden("of", node ?? "")}
        <label>Why: the log keeps it, and the node is told <input name="reason" required maxlength="120"></label>
        <button>Unpin for good</button>
        """));

    private static Html Restore(OperatorSession? session, PinReport pin, string? node) => Layout.Form(session, "/restore", Html.Of($"""
        {Layout.Hidden("id", pin.Id)}{Layout.Hidden("of", node ?? "")}<button>Restore</button>
        """));

    private static Html RestoreAll(OperatorSession? session, string? node, int count) => node is null || count == 0 ? Html.None
        : Layout.Form(session, "/restore-all", Html.Of($"""
            {Layout.Hidden("node", node)}
            <label>All that ended in the last <input name="days" type="number" min="1" max="365" value="1"> days</label>
            <button>Restore them</button>
            """));
}
