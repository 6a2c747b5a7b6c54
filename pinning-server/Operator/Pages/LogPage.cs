namespace Wanda.PinningServer;

/// <summary>The audit log, newest first.</summary>
internal sealed class LogPage(PinningServerOperator operators)
{
    private const int Limit = 500;

    /// <param name="session">Who is logged in.</param>
    /// <param name="node">Only this node's; null for all.</param>
    /// <param name="before">Only what is older than this entry.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<Html> ShowAsync(OperatorSession? session, string? node, long before, CancellationToken cancellationToken)
    {
        var entries = await operators.AuditAsync(node, Limit, before, cancellationToken);
        var title = node is null ? "Log" : $"Log of {node}";
        var rest = entries.Count < Limit ? Html.None : Layout.Older("/log", node, entries[^1].Row);
        return Layout.Page(title, session, Html.Of($"""
            <h1>{title}</h1>
            {Layout.Table(["When", "Node", "What", "Frame", "CID"], entries.Select(e => (IReadOnlyList<Html>)[
                Written.Clock(e.At), Layout.Node(e.Node), Layout.Text(e.Action), Layout.Text(e.Detail), Html.Of($"<code>{e.Subject}</code>")]))}
            {rest}
            """));
    }
}
