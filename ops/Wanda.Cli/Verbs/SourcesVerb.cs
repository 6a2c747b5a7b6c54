using System.CommandLine;
using Spectre.Console;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ops;

namespace Wanda.Cli.Verbs;

/// <summary><c>wanda sources</c>: where frames come from, and what was seen there and not taken.</summary>
internal static class SourcesVerb
{
    public static Command Create(VerbOptions options)
    {
        var command = Verb.Create(options, "sources", "Where frames come from, and which files were seen there and not taken.",
            async (_, node, output, cancellationToken) =>
            {
                output.Write(await node.Get<SourceQuery>().ListAsync(cancellationToken), Show);
                return ExitCodes.Done;
            });
        command.Add(options.Data);
        command.Add(options.Json);
        return command;
    }

    private static void Show(IAnsiConsole console, SourceListing listing)
    {
        var now = TimeProvider.System.GetUtcNow();
        if (listing.Sources.Count == 0)
            console.WriteLine("No camera and no watched folder is configured.");
        foreach (var source in listing.Sources)
        {
            var since = source.Since is { } at ? $" since {Clock(at)}" : "";
            console.WriteLine($"{source.Name} ({source.Place}) {source.State}{since}", Styles.Of(source.Severity));
            if (source.Why is { } why)
                console.WriteLine($"  {why}");
            if (source.Missed is { } missed)
                console.WriteLine($"  {missed}.", Styles.Of(Severity.Waiting));
            if (source.Originals is { } originals)
            {
                console.WriteLine($"  {originals.Words}.");
                if (originals.Problem is { } problem)
                    console.WriteLine($"  {problem}", Styles.Of(Severity.NeedsYou));
            }
        }

        console.WriteLine();
        if (listing.Refused == 0)
        {
            console.WriteLine("Every file that was seen is taken.");
            return;
        }

        console.WriteLine($"{listing.Refused:N0} seen and not taken:", Styles.Of(Severity.Waiting));
        foreach (var file in listing.Refusals)
        {
            console.WriteLine($"{file.Source}: {file.Path}  {new ByteSize(file.Bytes)}, since {Clock(file.Since)}");
            console.WriteLine($"  {file.Reason}", Styles.Quiet);
        }

        string Clock(DateTimeOffset at) => OperatorTime.Clock(at, now, TimeZoneInfo.Local);
    }
}
