using System.CommandLine;
using Spectre.Console;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Ops;

namespace Wanda.Cli.Verbs;

/// <summary>
/// <c>wanda destination</c>: <c>init</c> is the deliberate step that makes a folder one that frames are offloaded to, <c>test</c> goes the
/// whole way to one.
/// </summary>
internal static class DestinationVerbs
{
    public static Command Create(VerbOptions options)
    {
        return Verb.Group(options, "destination", "Where frames are offloaded to.",
            Verb.Create(options, "ls", "List them: what each does, why it waits, its month, on which machine it is and how it flushes.",
                async (_, node, output, cancellationToken) =>
                {
                    var query = node.Get<DestinationQuery>();
                    output.Write(await query.ListAsync(cancellationToken), List);
                    if (!output.Json)
                        output.Write(await query.NeededAsync(cancellationToken), Needed);
                    return ExitCodes.Done;
                }),
            Init(options), Test(options));
    }

    private static Argument<string> Name() => new("NAME") { Description = "The destination's name in the configuration." };

    // These two are for before anything ran as well: they want the configuration alone.
    private static Command Init(VerbOptions options)
    {
        var name = Name();
        var path = new Argument<string?>("PATH")
        {
            Description = "Which folder, where the configured path has a * in it.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("init", "Prepare a mounted disk, a share or an SFTP folder: write its id file.") { name, path };
        command.SetAction(async (result, cancellationToken) =>
        {
            var node = NodeAccess.Configuration(result.GetValue(options.Config), result.GetValue(options.Data));
            var where = await DestinationSetup.PrepareAsync(
                node, result.GetValue(name)!, result.GetValue(path), TimeProvider.System, cancellationToken);
            new Output(result.GetValue(options.Json)).Write(new { destination = result.GetValue(name)!, where }, (console, done) =>
                console.WriteLine($"{done.destination} is ready: {done.where}.", Styles.Plain));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Test(VerbOptions options)
    {
        var name = Name();
        var command = new Command("test", "Go there as frames do, a step at a time, and name the piece that is broken.") { name };
        command.SetAction(async (result, cancellationToken) =>
        {
            var node = NodeAccess.Configuration(result.GetValue(options.Config), result.GetValue(options.Data));
            var report = await DestinationCheck.RunAsync(node, result.GetValue(name)!, TimeProvider.System, cancellationToken);
            new Output(result.GetValue(options.Json)).Write(report, Steps);
            return report.Broken is null ? ExitCodes.Done : ExitCodes.NotDone;
        });
        return command;
    }

    private static void Steps(IAnsiConsole console, DestinationReport report)
    {
        foreach (var step in report.Steps.Where(s => s.Outcome != CheckOutcome.Skipped))
        {
            var (word, severity) = step.Outcome switch
            {
                CheckOutcome.Passed => ("ok", Severity.Calm),
                CheckOutcome.Warning => ("warning", Severity.Waiting),
                _ => ("BROKEN", Severity.NeedsYou),
            };
            var seen = step.FromServersMachine ? " (seen from the server's own machine)" : "";
            console.WriteLine($"{word,-8} {step.Name,-13} {step.Seconds,6:0.00} s  It {step.Saw}{seen}", Styles.Of(severity));
            if (step.Do is { } what)
                console.WriteLine($"{"",33}{what}", Styles.Quiet);
        }

        // What was not tried for one reason is said in one line.
        foreach (var skipped in report.Steps.Where(s => s.Outcome == CheckOutcome.Skipped).GroupBy(s => s.Saw))
            console.WriteLine($"skipped  {string.Join(", ", skipped.Select(s => s.Name))}: it {skipped.Key}", Styles.Quiet);
        console.WriteLine();
        console.WriteLine(report.Sentence, Styles.Of(report.Broken is null ? Severity.Calm : Severity.NeedsYou));
    }

    private static void Needed(IAnsiConsole console, IReadOnlyList<DestinationCount> counts)
    {
        foreach (var count in counts)
        {
            var need = count.Frames == 1 ? "frame freed here needs" : "frames freed here need";
            console.WriteLine(
                $"{count.Frames:N0} {need} {count.Destination}: before you take it out, empty it (\"drain\": true).", Styles.Quiet);
        }
    }

    private static void List(IAnsiConsole console, IReadOnlyList<DestinationView> destinations)
    {
        var table = Styles.Table("destination=", "kind=", "state", "window=", "sent this month=", "proves=");
        foreach (var destination in destinations)
        {
            table.AddRow(
                Styles.Text(destination.Name), Styles.Text(destination.Kind),
                Styles.Text(
                    destination.Waits ?? destination.State, Styles.Of(destination.Waits is null ? Severity.Calm : Severity.Waiting)),
                Styles.Text(destination.Window ?? "always"), Styles.Text(destination.Volume ?? "-"),
                Styles.Text(destination.GivesProof ? "yes" : "no"));
        }

        console.Write(table);
        foreach (var destination in destinations)
        {
            if (destination.Standing() is { } standing)
                console.WriteLine($"{destination.Name} {standing}.", Styles.Quiet);
            if (destination.Shows is { } shows)
                console.WriteLine($"{destination.Name} is {shows}.", Styles.Of(Severity.Waiting));
        }
    }
}
