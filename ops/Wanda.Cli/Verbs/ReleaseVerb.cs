using System.CommandLine;
using Spectre.Console;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ops;

namespace Wanda.Cli.Verbs;

/// <summary><c>wanda release --dry-run</c>: what would go, in which order, and what stays and why.</summary>
internal static class ReleaseVerb
{
    private const int Shown = 30;

    public static Command Create(VerbOptions options)
    {
        var dryRun = new Option<bool>("--dry-run")
        {
            Description = "Say it and touch nothing. The workers do it by themselves, every release.interval.",
        };
        var command = Verb.Create(options, "release", "Say which frames this node would let go of now, and why the others stay.",
            async (result, node, output, cancellationToken) =>
            {
                if (!result.GetValue(dryRun))
                {
                    throw new OpsException($"The workers release by themselves, every {node.Options.Release.Interval.TotalSeconds:0} s "
                        + "while they run. 'wanda release --dry-run' says what would go.");
                }

                output.Write(await node.Get<ReleasePreviewQuery>().ReadAsync(cancellationToken), Show);
                return ExitCodes.Done;
            }, dryRun);
        command.Add(options.Data);
        command.Add(options.Json);
        return command;
    }

    private static void Show(IAnsiConsole console, ReleasePreview preview)
    {
        console.WriteLine(preview.Sentence, Styles.Of(preview.Draining ? Severity.Waiting : Severity.Calm));
        if (preview.Blocked is { } blocked)
            console.WriteLine($"Nothing goes at all: {blocked.TrimEnd('.')}.", Styles.Of(Severity.Waiting));
        if (preview.Goes.Count > 0)
        {
            var table = Styles.Table("goes=", "size#", "proven by");
            foreach (var line in preview.Goes.Take(Shown))
                table.AddRow(Styles.Text(line.Frame), Styles.Text(new ByteSize(line.SizeBytes).ToString()), Styles.Text(line.Proofs));
            console.Write(table);
            if (preview.Goes.Count > Shown)
                console.WriteLine($"{preview.Goes.Count - Shown:N0} more; --json lists all.", Styles.Quiet);
        }

        if (preview.Stays.Count == 0)
            return;
        var held = Styles.Table("stay#", "size#", "because", "such as=");
        foreach (var reason in preview.Stays)
        {
            held.AddRow(Styles.Number(reason.Frames), Styles.Text(new ByteSize(reason.Bytes).ToString()), Styles.Text(reason.Why),
                Styles.Text(reason.Example, Styles.Quiet));
        }

        console.Write(held);
    }
}
