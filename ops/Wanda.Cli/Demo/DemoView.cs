using Spectre.Console;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Hosting;
using Wanda.Ops;

namespace Wanda.Cli.Demo;

/// <summary>What the demo shows in the terminal: a line for each thing that happens, and a line with the counts when they change.</summary>
internal sealed class DemoView(IAnsiConsole console, DemoFolder folder, WandaOptions options, Uri server)
{
    private const int ShownProblems = 200;
    private readonly Dictionary<string, string> _names = [];
    private string _counts = "";

    public void Begin()
    {
        console.MarkupLine("[bold]wanda demo[/]");
        console.MarkupLineInterpolated($"Console         [link]{options.Ops.Listen}[/]");
        console.MarkupLineInterpolated($"Pinning server  {server.GetLeftPart(UriPartial.Authority)}  [grey](a process of its own, on this machine)[/]");
        console.MarkupLineInterpolated($"Folder          {folder.Root}");
        console.MarkupLine("[yellow]Demo: proofs from this machine open the release here, and nowhere else.[/]");
        console.WriteLine();
    }

    public async Task ShowAsync(CustodyEvent happened, Catalogue catalogue, CancellationToken cancel)
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
        // On a narrow terminal a line stays a line; 'capture show' says the rest.
        console.Write(new Markup(
            $"[grey]{happened.At.ToLocalTime():HH:mm:ss}[/] {Markup.Escape(await NameAsync(happened.Subject, catalogue, cancel)),-20} " +
            $"[{colour}]{CustodyWords.Of(happened.Kind),-12}[/] {Markup.Escape(Shortened(CustodyWords.Detail(happened)))}").Overflow(Overflow.Ellipsis));
        console.WriteLine();
    }

    public void Warn(string message) => console.MarkupLineInterpolated($"[yellow]{message}[/]");

    public void Counts(IReadOnlyList<SessionCounts> sessions)
    {
        var (frames, proven, released) = (sessions.Sum(s => s.Frames), sessions.Sum(s => s.Proven), sessions.Sum(s => s.Released));
        var counts = $"{Frames(frames)}, {proven} safe on {options.Destinations[0].Name}, {frames - proven} only here, {released} released";
        if (counts == _counts)
            return;
        _counts = counts;
        console.MarkupLineInterpolated($"[bold]{counts}[/]");
    }

    public async Task SettledAsync(Catalogue catalogue, TimeSpan elapsed, CancellationToken cancel)
    {
        console.WriteLine();
        console.MarkupLine("[bold green]settled[/]");
        foreach (var session in await catalogue.Sessions.ListAsync(cancel))
            console.MarkupLineInterpolated($"Session {session.Name}: {Frames(session.ArchivedFrames)}, directory {session.DirectoryCid}");
        foreach (var name in await catalogue.Node.NamesAsync(cancel))
            console.MarkupLineInterpolated($"Name /ipns/{name.Name} -> /ipfs/{name.RootCid} (sequence {name.Sequence})");
        console.MarkupLineInterpolated($"Every frame is proven and released, after {elapsed.TotalSeconds:0.0} s.");
        console.MarkupLineInterpolated($"[grey]A night back as a folder: wanda session fetch NAME DIR --data {folder.Root}[/]");
    }

    public void NotSettled(IReadOnlyList<string> problems, TimeSpan timeout)
    {
        console.WriteLine();
        console.MarkupLine("[bold red]not settled[/]");
        console.MarkupLineInterpolated($"After {timeout.TotalSeconds:0} s this is left:");
        foreach (var problem in problems.Take(ShownProblems))
            console.MarkupLineInterpolated($"  {problem}");
        if (problems.Count > ShownProblems)
            console.MarkupLineInterpolated($"  and {problems.Count - ShownProblems:N0} more: wanda capture ls --state only-here --data {folder.Root}");
        console.MarkupLineInterpolated($"The node's log is {folder.Log("node")}.");
    }

    private static string Frames(int count) => count == 1 ? "1 frame" : $"{count:N0} frames";

    /// <summary>CIDs by their ends, so that a line stays a line.</summary>
    private static string Shortened(string detail) =>
        string.Join(' ', detail.Split(' ').Select(word => word.Length > 46 ? $"{word[..10]}…{word[^6..]}" : word));

    private async Task<string> NameAsync(string subject, Catalogue catalogue, CancellationToken cancel)
    {
        if (_names.TryGetValue(subject, out var known))
            return known;
        var name = CaptureId.TryParse(subject, out var id) && await catalogue.Captures.FindAsync(id, cancel) is { } capture
            ? $"{capture.Session}/{capture.Number}"
            : subject;
        return _names[subject] = name;
    }
}
