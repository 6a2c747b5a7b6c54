using Spectre.Console;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ops;

namespace Wanda.Cli.Demo;

/// <summary>
/// What the demo shows in the terminal: a line for each thing that happens, and below them the operator's sentence, which stays; into a
/// pipe goes a line with the counts whenever they change.
/// </summary>
internal sealed class DemoView(IAnsiConsole console, DemoFolder folder, WandaOptions options, Uri server)
{
    private const int ShownProblems = 200;

    /// <summary>How whoever started this calls the command: run.sh says so, and without it the command is installed.</summary>
    private static readonly string Command = Environment.GetEnvironmentVariable("INVOKED_AS") ?? "wanda";
    private readonly Dictionary<string, string> _names = [];
    private readonly StatusLine _status = new(console);
    private string _counts = "";

    public void Begin()
    {
        console.MarkupLine("[bold]wanda demo[/]");
        console.MarkupLineInterpolated($"Console         [link]{options.Ops.Listen}[/]");
        console.MarkupLineInterpolated(
            $"Pinning server  {server.GetLeftPart(UriPartial.Authority)}  [grey](a process of its own, on this machine)[/]");
        console.MarkupLineInterpolated($"Folder          {folder.Root}");
        console.MarkupLine("[yellow]Demo: proofs from this machine open the release here, and nowhere else.[/]");
        console.WriteLine();
    }

    public async Task ShowAsync(CustodyEvent happened, Catalogue catalogue, CancellationToken cancellationToken)
    {
        if (happened.Kind == EventKind.Releasing)
            return; // "released" follows at once; a frame's whole timeline is on its page
        var colour = happened.Kind switch
        {
            EventKind.Proven or EventKind.Released or EventKind.Published => "green",
            EventKind.Failed or EventKind.Lost or EventKind.Paused => "red",
            EventKind.Held => "grey",
            _ => "default",
        };
        var (name, word) = ($"{await NameAsync(happened.Subject, catalogue, cancellationToken),-20}",
            $"{CustodyWords.Of(happened.Kind),-12}");
        var capture = CaptureId.TryParse(happened.Subject, out var id) ? await catalogue.Captures.FindAsync(id, cancellationToken) : null;
        var detail = Shortened(CustodyWords.Detail(happened, capture?.Preview ?? PreviewState.Pending));
        // On a narrow terminal a line stays a line; 'capture show' says the rest.
        if (_status.IsPossible)
            detail = StatusLine.Cut(detail, console.Profile.Width - "HH:mm:ss   ".Length - name.Length - word.Length);
        _status.Hide();
        console.MarkupLineInterpolated($"[grey]{happened.At.ToLocalTime():HH:mm:ss}[/] {name} [{colour}]{word}[/] {detail}");
    }

    public void Warn(string message)
    {
        _status.Hide();
        console.MarkupLineInterpolated($"[yellow]{message}[/]");
    }

    /// <summary>Shows how the night is: in its sentence where that can stay, in counts where it cannot.</summary>
    public async Task CountsAsync(IReadOnlyList<SessionCounts> sessions, NightQuery night, CancellationToken cancellationToken)
    {
        if (_status.IsPossible)
        {
            _status.Show($"{(await night.ReadAsync(cancellationToken)).Sentence} {sessions.Sum(s => s.Released):N0} freed here.");
            return;
        }

        var (frames, proven, released) = (sessions.Sum(s => s.Frames), sessions.Sum(s => s.Proven), sessions.Sum(s => s.Released));
        var counts = $"{Frames(frames)}, {proven} safe on {options.Destinations[0].Name}, {frames - proven} only here, {released} released";
        if (counts == _counts)
            return;
        _counts = counts;
        console.MarkupLineInterpolated($"[bold]{counts}[/]");
    }

    /// <summary>Ends the live part, and leaves the last sentence standing.</summary>
    public void End()
    {
        if (_status.IsPossible)
            console.WriteLine();
    }

    public async Task SettledAsync(Catalogue catalogue, TimeSpan elapsed, bool goesOn, CancellationToken cancellationToken)
    {
        _status.Hide();
        console.WriteLine();
        console.MarkupLine("[bold green]settled[/]");
        var sessions = await catalogue.Sessions.ListAsync(cancellationToken);
        foreach (var session in sessions)
            console.MarkupLineInterpolated($"Session {session.Name}: {Frames(session.ArchivedFrames)}, directory {session.DirectoryCid}");
        foreach (var name in await catalogue.Node.NamesAsync(cancellationToken))
            console.MarkupLineInterpolated($"Name /ipns/{name.Name} -> /ipfs/{name.RootCid} (sequence {name.Sequence})");
        console.MarkupLineInterpolated($"Every frame is proven and released, after {elapsed.TotalSeconds:0.0} s.");
        var newest = sessions is [var first, ..] ? first.Name.Value : "NAME";
        console.MarkupLineInterpolated($"[grey]A night back as a folder: {Command} session fetch {newest} DIR --data {folder.Root}[/]");
        if (goesOn)
            console.MarkupLineInterpolated($"[grey]The console stays at {options.Ops.Listen}; Ctrl-C ends the demo.[/]");
    }

    public void NotSettled(IReadOnlyList<string> problems, TimeSpan timeout)
    {
        _status.Hide();
        console.WriteLine();
        console.MarkupLine("[bold red]not settled[/]");
        console.MarkupLineInterpolated($"After {timeout.TotalSeconds:0} s this is left:");
        foreach (var problem in problems.Take(ShownProblems))
            console.MarkupLineInterpolated($"  {problem}");
        if (problems.Count > ShownProblems)
        {
            console.MarkupLineInterpolated(
                $"  and {problems.Count - ShownProblems:N0} more: {Command} capture ls --state only-here --data {folder.Root}");
        }

        console.MarkupLineInterpolated($"The node's log is {folder.Log("node")}.");
    }

    private static string Frames(int count) => count == 1 ? "1 frame" : $"{count:N0} frames";

    /// <summary>CIDs by their ends, so that a line stays a line.</summary>
    private static string Shortened(string detail) =>
        string.Join(' ', detail.Split(' ').Select(word => word.Length > 46 ? $"{word[..10]}…{word[^6..]}" : word));

    private async Task<string> NameAsync(string subject, Catalogue catalogue, CancellationToken cancellationToken)
    {
        if (_names.TryGetValue(subject, out var known))
            return known;
        var name = CaptureId.TryParse(subject, out var id) && await catalogue.Captures.FindAsync(id, cancellationToken) is { } capture
            ? $"{capture.Session}/{capture.Number}"
            : subject;
        return _names[subject] = name;
    }
}
