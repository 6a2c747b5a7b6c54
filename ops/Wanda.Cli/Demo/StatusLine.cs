using Spectre.Console;

namespace Wanda.Cli.Demo;

/// <summary>
/// The terminal's last line, which stays while other lines pass above it. Where nobody watches (a pipe, a dumb terminal) there is none.
/// </summary>
internal sealed class StatusLine(IAnsiConsole console)
{
    private static readonly ControlCode Erase = new("\r\u001b[2K");
    private string _text = "";
    private bool _shown;

    /// <summary>Whether there is a terminal that can do it.</summary>
    public bool IsPossible { get; } = console.Profile.Out.IsTerminal && console.Profile.Capabilities.Ansi;

    /// <summary>Makes room for lines that stay.</summary>
    public void Hide()
    {
        if (_shown)
            console.Write(Erase);
        _shown = false;
    }

    /// <summary>Shows a text, cut to the terminal's width so that it can be taken away again.</summary>
    public void Show(string text)
    {
        if (!IsPossible || (_shown && text == _text))
            return;
        Hide();
        (_text, _shown) = (text, true);
        console.Write(new Text(Cut(text, console.Profile.Width - 1), new Style(decoration: Decoration.Bold)));
    }

    /// <summary>A text in at most so many columns.</summary>
    public static string Cut(string text, int columns) =>
        text.Length <= columns ? text : string.Concat(text.AsSpan(0, Math.Max(0, columns - 1)), "…");
}
