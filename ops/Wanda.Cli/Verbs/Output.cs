using System.Text.Json;
using Spectre.Console;
using Wanda.Ops;

namespace Wanda.Cli.Verbs;

/// <summary>Where a verb's answer goes: JSON for a script, or words and tables for a person.</summary>
internal sealed class Output(bool json)
{
    // The width when the output goes to a file or a pipe, which has no window: wide enough that lines stay whole for grep.
    private const int RedirectedWidth = 240;

    /// <summary>The terminal.</summary>
    public IAnsiConsole Console { get; } = Create();

    /// <summary>Whether a script reads.</summary>
    public bool Json { get; } = json;

    /// <summary>Writes an answer.</summary>
    public void Write<T>(T value, Action<IAnsiConsole, T> render)
    {
        if (Json)
            System.Console.Out.WriteLine(JsonSerializer.Serialize(value, OpsJson.Indented));
        else
            render(Console, value);
    }

    private static IAnsiConsole Create()
    {
        if (!System.Console.IsOutputRedirected)
            return AnsiConsole.Console;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        console.Profile.Width = RedirectedWidth;
        return console;
    }
}
