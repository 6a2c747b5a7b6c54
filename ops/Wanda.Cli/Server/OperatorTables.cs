using Spectre.Console;
using Wanda.Cli.Verbs;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ops;
using Wanda.PinningServer;

namespace Wanda.Cli.Server;

/// <summary>An invite as it is shown, once.</summary>
internal sealed record InviteView(string Code, string Node, long? QuotaBytes, DateTimeOffset Until, bool Replace, bool AddOnly);

/// <summary>A server's nodes on a terminal.</summary>
internal static class OperatorTables
{
    private static readonly TimeSpan SoonEnds = TimeSpan.FromDays(14);

    public static void Invite(IAnsiConsole console, InviteView invite)
    {
        console.WriteLine($"Good once, until {Clock(invite.Until)}, for the node "
            + $"{invite.Node}{(invite.QuotaBytes is { } quota ? $" with {new ByteSize(quota)}" : "")}"
            + $"{(invite.AddOnly ? ", to add and not to remove" : "")}. On the node:");
        console.WriteLine();
        console.WriteLine($"  wanda join https://YOUR-SERVER {invite.Code}");
        console.WriteLine();
        if (invite.Replace)
            console.WriteLine($"A token that {invite.Node} has is good until then; whoever uses it after that is told.");
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
        var now = TimeProvider.System.GetUtcNow();
        foreach (var node in nodes)
        {
            table.AddRow(
                Styles.Text(node.Name), Styles.Number(node.Pins), Styles.Text(new ByteSize(node.Bytes).ToString()),
                Styles.Text(node.QuotaBytes is { } quota ? new ByteSize(quota).ToString() : node.Joined is null ? "-" : "default"),
                Styles.Text(node.LastSeen is { } seen ? Clock(seen) + (node.IsSilent(now) ? ", silent" : "") : "never"),
                Styles.Text(Token(node, now)));
        }

        console.Write(table);
    }

    public static void Pins(IAnsiConsole console, IReadOnlyList<PinReport> pins)
    {
        if (pins.Count == 0)
        {
            console.WriteLine("No such pins.");
            return;
        }

        var table = Styles.Table("since#", "node=", "frame", "size#", "state", "id=");
        foreach (var pin in pins)
        {
            table.AddRow(
                Styles.Text(Clock(pin.Created)), Styles.Text(pin.Node), Styles.Text(pin.Frame ?? pin.Cid),
                Styles.Text(new ByteSize(pin.Bytes).ToString()),
                Styles.Text(pin.State, pin.State == "broken" ? Styles.Of(Severity.NeedsYou) : Styles.Plain), Styles.Text(pin.Id));
        }

        console.Write(table);
    }

    public static void Dropped(IAnsiConsole console, PinReport pin) => console.WriteLine(
        $"{pin.Frame ?? pin.Cid} of {pin.Node} is dropped. The node is told when it next asks; the space comes back with the server's next "
            + "maintenance (--maintain-every).");

    public static void Log(IAnsiConsole console, IReadOnlyList<AuditEntry> entries)
    {
        var table = Styles.Table("when#", "node=", "what", "frame", "cid=");
        foreach (var entry in entries)
        {
            table.AddRow(Styles.Text(Clock(entry.At)), Styles.Text(entry.Node), Styles.Text(entry.Action), Styles.Text(entry.Detail),
                Styles.Text(entry.Subject));
        }

        console.Write(table);
    }

    private static string Token(NodeReport node, DateTimeOffset now) => string.Join("; ", new[]
    {
        Good(node, now),
        node.Joined is not null && node.AddOnly ? "adds only" : null,
        node.Replaced is { } replaced ? $"replaced {Clock(replaced)}" : null,
        node.InvitedUntil is { } until ? $"invited until {Clock(until)}" : null,
    }.OfType<string>());

    private static string? Good(NodeReport node, DateTimeOffset now) => node switch
    {
        { Removed: { } at } => $"removed {Clock(at)}",
        { Joined: null, InvitedUntil: not null } => null,
        { Joined: null } => "by --node, or none",
        { Revoked: { } at } => $"revoked {Clock(at)}",
        { Expires: { } at } when at <= now => $"ended {Clock(at)}: invite it again",
        { Expires: { } at } when at - now <= SoonEnds => $"ends {Clock(at)}: invite it again",
        { Expires: { } at } => $"until {Clock(at)}",
        _ => "good",
    };

    private static string Clock(DateTimeOffset at) => OperatorTime.Clock(at, TimeProvider.System.GetUtcNow(), TimeZoneInfo.Local);
}
