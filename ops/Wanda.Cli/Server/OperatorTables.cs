using Spectre.Console;
using Wanda.Cli.Verbs;
using Wanda.Hosting;
using Wanda.Ops;
using Wanda.PinningServer;

namespace Wanda.Cli.Server;

/// <summary>An invite as it is shown, once.</summary>
internal sealed record InviteView(string Code, string Node, long? QuotaBytes, DateTimeOffset Until);

/// <summary>A server's nodes on a terminal.</summary>
internal static class OperatorTables
{
    private static readonly TimeSpan SoonEnds = TimeSpan.FromDays(14);

    public static void Invite(IAnsiConsole console, InviteView invite)
    {
        console.WriteLine($"Good once, until {Clock(invite.Until)}, for the node {invite.Node}{(invite.QuotaBytes is { } quota ? $" with {new ByteSize(quota)}" : "")}. On the node:");
        console.WriteLine();
        console.WriteLine($"  wanda join https://YOUR-SERVER {invite.Code}");
        console.WriteLine();
        console.WriteLine("It is shown here only: the server keeps its hash.", Styles.Quiet);
    }

    public static void Nodes(IAnsiConsole console, IReadOnlyList<NodeReport> nodes)
    {
        if (nodes.Count == 0)
        {
            console.WriteLine("No nodes yet: 'wanda pinning-server invite NAME' makes an invite.");
            return;
        }

        var table = Styles.Table("node=", "pins#", "keeps#", "quota#", "last seen#", "token");
        foreach (var node in nodes)
        {
            table.AddRow(
                Styles.Text(node.Name), Styles.Number(node.Pins), Styles.Text(new ByteSize(node.Bytes).ToString()),
                Styles.Text(node.QuotaBytes is { } quota ? new ByteSize(quota).ToString() : "-"),
                Styles.Text(node.LastSeen is { } seen ? Clock(seen) : "never"), Styles.Text(Token(node, TimeProvider.System.GetUtcNow())));
        }

        console.Write(table);
    }

    public static void Log(IAnsiConsole console, IReadOnlyList<AuditEntry> entries)
    {
        var table = Styles.Table("when#", "node=", "what", "frame", "cid=");
        foreach (var entry in entries)
            table.AddRow(Styles.Text(Clock(entry.At)), Styles.Text(entry.Node), Styles.Text(entry.Action), Styles.Text(entry.Detail), Styles.Text(entry.Subject));
        console.Write(table);
    }

    private static string Token(NodeReport node, DateTimeOffset now) => node switch
    {
        { Joined: null } => "by --node, or none",
        { Revoked: { } at } => $"revoked {Clock(at)}",
        { Expires: { } at } when at <= now => $"ended {Clock(at)}: invite it again",
        { Expires: { } at } when at - now <= SoonEnds => $"ends {Clock(at)}: invite it again",
        { Expires: { } at } => $"until {Clock(at)}",
        _ => "good",
    };

    private static string Clock(DateTimeOffset at) => OperatorTime.Clock(at, TimeProvider.System.GetUtcNow(), TimeZoneInfo.Local);
}
