using System.CommandLine;

namespace Wanda.Cli.Verbs;

/// <summary>What a verb does with the node that it was pointed at. Returns the exit code.</summary>
internal delegate Task<int> VerbAction(ParseResult result, NodeAccess node, Output output, CancellationToken cancellationToken);

/// <summary>Makes verbs that open the node, do one thing and close it.</summary>
internal static class Verb
{
    public static Command Create(VerbOptions options, string name, string description, VerbAction action, params Symbol[] symbols)
    {
        var command = Of(name, description, symbols);
        command.SetAction(async (result, cancellationToken) =>
        {
            await using var node = await NodeAccess.OpenAsync(result.GetValue(options.Config),
                result.GetValue(options.Data), cancellationToken);
            return await action(result, node, new Output(result.GetValue(options.Json)), cancellationToken);
        });
        return command;
    }

    /// <summary>A verb with its arguments and options, which does nothing yet.</summary>
    public static Command Of(string name, string description, params IEnumerable<Symbol> symbols)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
                command.Add(argument);
            else
                command.Add((Option)symbol);
        }

        return command;
    }

    /// <summary>A verb that has verbs below it.</summary>
    public static Command Group(VerbOptions options, string name, string description, params Command[] verbs)
    {
        var command = new Command(name, description) { options.Data, options.Json };
        foreach (var verb in verbs)
            command.Add(verb);
        return command;
    }
}
