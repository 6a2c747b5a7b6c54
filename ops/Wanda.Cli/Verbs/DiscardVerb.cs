using System.CommandLine;
using Spectre.Console;
using Wanda.Custody;
using Wanda.Ops;

namespace Wanda.Cli.Verbs;

/// <summary><c>wanda capture discard</c>: an operator's explicit, audited word that a frame is to go for ever (law 2).</summary>
internal static class DiscardVerb
{
    public static Command Create(VerbOptions options, Argument<string> id)
    {
        var reason = new Option<string>("--reason") { Description = "Why; it stays in the frame's timeline.", Required = true };
        var yes = new Option<bool>("--yes") { Description = "Do not ask: for scripts." };
        return Verb.Create(options,
            "discard", "Erase a frame for ever, here and at every destination. Its row stays, with who, when and why.",
            async (result, node, output, cancellationToken) =>
            {
                var (command, what) = (node.Get<DiscardCommand>(), result.GetValue(id)!);
                if (!result.GetValue(yes)
                    && !await AgreedAsync(output, await command.PreviewAsync(what, cancellationToken), cancellationToken))
                {
                    return ExitCodes.NotDone;
                }

                output.Write(await command.RunAsync(what, Operator(), result.GetValue(reason)!, cancellationToken), Done);
                return ExitCodes.Done;
            }, id, reason, yes);
    }

    private static async Task<bool> AgreedAsync(Output output, DiscardPreview preview, CancellationToken cancellationToken)
    {
        if (Console.IsInputRedirected || Console.IsOutputRedirected)
            throw new OpsException(preview.Sentence + " Nothing was done: nobody can be asked here. Give --yes if it is meant.");
        output.Console.WriteLine(preview.Sentence, Styles.Of(Severity.NeedsYou));
        output.Console.WriteLine($"Now: {preview.Frame.Custody}.");
        var name = $"{preview.Frame.Session}/{preview.Frame.Number}";
        var typed = await new TextPrompt<string>(Markup.Escape($"Type {name} to discard it, or nothing to keep it:")).AllowEmpty()
            .ShowAsync(output.Console, cancellationToken);
        if (typed.Trim() == name)
            return true;
        output.Console.WriteLine("Kept.");
        return false;
    }

    private static void Done(IAnsiConsole console, DiscardPreview gone)
    {
        console.WriteLine($"{gone.Frame.Session}/{gone.Frame.Number} is discarded. "
            + $"{(gone.Here ? "Its bytes here go within seconds while the workers run. " : "")}"
            + (gone.Destinations.Count > 0
                ? $"{string.Join(", ", gone.Destinations)} {(gone.Destinations.Count == 1 ? "is" : "are")} told as soon as the line "
                    + "allows; 'wanda capture show' tells when."
                : ""));
    }

    private static string Operator() => $"{Environment.UserName}@{Environment.MachineName}";
}
