using Spectre.Console;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ops;

namespace Wanda.Cli.Verbs;

/// <summary>Sessions on a terminal.</summary>
internal static class SessionTables
{
    private const int WideColumns = 100;

    public static void List(IAnsiConsole console, IReadOnlyList<SessionView> sessions)
    {
        if (sessions.Count == 0)
        {
            console.WriteLine("No session yet.");
            return;
        }

        var wide = console.Profile.Width >= WideColumns;
        var labelled = sessions.Any(s => s.Label != s.Name);
        var table = Styles.Table(
            ["session=", .. labelled ? new[] { "called" } : [], "started#", "frames#", "safe#", "only here#", "freed#",
                .. wide ? new[] { "size#", "archive" } : []]);
        foreach (var s in sessions)
        {
            Text[] row =
            [
                Styles.Text(s.Name, Styles.Of(s.Severity)), .. labelled ? new[] { Styles.Text(s.Label == s.Name ? "" : s.Label) } : [],
                Styles.Text(Clock(s.StartedAt)), Styles.Number(s.Frames), Styles.Number(s.Safe), Styles.Number(s.OnlyHere),
                Styles.Number(s.Freed),
            ];
            table.AddRow(wide ? [.. row, Styles.Text(new ByteSize(s.Bytes).ToString()), Styles.Text(s.Archive, Styles.Quiet)] : row);
        }

        console.Write(table);
    }

    public static void Show(IAnsiConsole console, SessionView session)
    {
        var label = session.Label == session.Name ? "" : $", called {session.Label}";
        console.WriteLine($"{session.Name}{label}{(session.EndedAt is null ? " (open)" : "")}", Styles.Of(session.Severity));
        var others = session.Others == 0 ? "" : $" and {session.Others:N0} other {(session.Others == 1 ? "file" : "files")}";
        console.WriteLine($"{session.Frames:N0} {(session.Frames == 1 ? "frame" : "frames")}{others}, {new ByteSize(session.Bytes)}: "
            + $"{session.Safe:N0} safe, {session.OnlyHere:N0} only here, {session.Freed:N0} freed here"
            + (session.Near > 0 ? $", {session.Near:N0} only on a destination on this machine" : "")
            + (session.Expired > 0 ? $", {session.Expired:N0} to be proven again" : "")
            + (session.LeftBehind > 0 ? $", {session.LeftBehind:N0} left behind" : "")
            + (session.Lost > 0 ? $", {session.Lost:N0} LOST" : "") + ".");
        if (session.CountedWords is { } counted)
            console.WriteLine($"{counted}.");
        console.WriteLine($"{session.Kind}, {Clock(session.StartedAt)}{(session.EndedAt is { } end ? $" to {Clock(end)}" : "")}.");
        console.WriteLine($"Archive: {session.Archive}.");
        if (session.DirectoryCid is { } cid)
            console.WriteLine(cid);
    }

    public static void Fetched(IAnsiConsole console, FetchReport report)
    {
        console.WriteLine($"{report.Frames:N0} frames in {report.Folder}: {report.FromHere:N0} copied from here, "
            + $"{report.FromDestinations:N0} fetched ({new ByteSize(report.FetchedBytes)}), {report.AlreadyThere:N0} were there already.",
            report.Missing.Count == 0 ? Styles.Of(Severity.Calm) : Styles.Plain);
        foreach (var tried in report.Tried)
            console.WriteLine($"  {tried}", Styles.Of(Severity.Waiting));
        foreach (var missing in report.Missing)
            console.WriteLine($"  {missing.File}: {missing.Why}", Styles.Of(Severity.NeedsYou));
        if (report.Missing.Count > 0)
            console.WriteLine($"{report.Missing.Count:N0} missing. The same command goes on where this one stopped.");
    }

    private static string Clock(DateTimeOffset at) => OperatorTime.Clock(at, TimeProvider.System.GetUtcNow(), TimeZoneInfo.Local);
}
