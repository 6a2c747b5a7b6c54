using System.CommandLine;
using Spectre.Console;
using Wanda.Workers;

namespace Wanda.Cli.Verbs;

/// <summary><c>wanda destination init</c>: the deliberate step that makes a folder one that frames are offloaded to.</summary>
internal static class DestinationVerbs
{
    public static Command Create(VerbOptions options)
    {
        var name = new Argument<string>("NAME") { Description = "The destination's name in the configuration." };
        var path = new Argument<string?>("PATH") { Description = "Which folder, where the configured path has a * in it.", Arity = ArgumentArity.ZeroOrOne };
        return Verb.Group(options, "destination", "Where frames are offloaded to.",
            Verb.Create(options, "init", "Prepare a mounted disk, a share or an SFTP folder: write its id file.", async (result, node, output, cancel) =>
            {
                var where = await DestinationSetup.PrepareAsync(node.Options, result.GetValue(name)!, result.GetValue(path), TimeProvider.System, cancel);
                output.Write(new { destination = result.GetValue(name)!, where }, (console, done) =>
                    console.WriteLine($"{done.destination} is ready: {done.where}.", Styles.Plain));
                return ExitCodes.Done;
            }, name, path));
    }
}
