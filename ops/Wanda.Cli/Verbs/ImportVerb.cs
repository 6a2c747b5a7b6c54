using System.CommandLine;
using Spectre.Console;
using Wanda.Custody;
using Wanda.Ops;

namespace Wanda.Cli.Verbs;

/// <summary><c>wanda import</c>: the frames of an old folder are taken once, behind everything else that the node does.</summary>
internal static class ImportVerb
{
    public static Command Create(VerbOptions options)
    {
        var path = new Argument<string?>("PATH")
        {
            Description = "The folder. Without one the imports are listed, with how far each is.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var preset = new Option<string?>("--preset") { Description = "The program that wrote it. Default: what its files look like." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be taken and how long that takes; nothing is begun." };
        var stop = new Option<long?>("--stop") { Description = "End the import of this number; what it took stays." };
        var command = Verb.Create(options, "import", "Take the frames of an old folder, behind tonight's and behind the backlog.",
            async (result, node, output, cancellationToken) =>
            {
                var imports = node.Get<ImportCommand>();
                if (result.GetValue(stop) is { } number)
                {
                    await imports.StopAsync(number, cancellationToken);
                    output.Write(new { stopped = number }, (console, _) => console.WriteLine($"Import {number} is stopped."));
                }
                else if (result.GetValue(path) is not { } folder)
                {
                    output.Write(await imports.ListAsync(cancellationToken), List);
                }
                else
                {
                    var (at, by) = (Path.GetFullPath(folder), result.GetValue(preset));
                    if (result.GetValue(dryRun))
                        output.Write(await imports.LookAsync(at, by, cancellationToken), Tell);
                    else
                        output.Write(await imports.AskAsync(at, by, cancellationToken), Asked);
                }

                return ExitCodes.Done;
            }, path, preset, dryRun, stop);
        command.Add(options.Data);
        command.Add(options.Json);
        return command;
    }

    private static void Tell(IAnsiConsole console, FolderView found)
    {
        console.WriteLine($"{found.Path}{(found.Preset is null ? "" : $", by preset \"{found.Preset}\"")}:");
        Look.Tell(console, found);
        console.WriteLine("  Nothing was begun: take --dry-run away. Frames that are captures already are known by their content.");
    }

    private static void Asked(IAnsiConsole console, ImportView import)
    {
        console.WriteLine($"Import {import.Id} of {import.Path} is asked for. The running node takes its frames whenever nothing else is "
            + "to be done; 'wanda import' tells how far it is.");
    }

    private static void List(IAnsiConsole console, IReadOnlyList<ImportView> imports)
    {
        if (imports.Count == 0)
            console.WriteLine("Nothing was imported. Begin with 'wanda import PATH --dry-run'.");
        foreach (var import in imports)
        {
            console.WriteLine($"{import.Id}  {import.Path}");
            console.WriteLine($"   {import.How}", import.NeedsSomebody ? Styles.Of(Severity.NeedsYou) : Styles.Quiet);
        }
    }
}
