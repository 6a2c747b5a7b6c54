using Spectre.Console;
using Wanda.Custody;

namespace Wanda.Cli.Verbs;

/// <summary>The few styles that the terminal uses. A word always stands beside a colour.</summary>
internal static class Styles
{
    public static readonly Style Plain = Style.Plain;
    public static readonly Style Quiet = new(Color.Grey);

    public static Style Of(Severity severity) => new(severity switch
    {
        >= Severity.NeedsYou => Color.Red,
        Severity.Waiting => Color.Yellow,
        _ => Color.Green,
    });

    /// <summary>Text of any origin: nothing in it is read as markup.</summary>
    public static Text Text(string? text, Style? style = null) => new(text ?? "", style);

    public static Text Number(long number) => new Text(number.ToString("N0", null)).RightJustified();

    /// <summary>
    /// A table with no more lines than it needs. A column's name that ends in # is for numbers; in =, for names that must not break.
    /// </summary>
    public static Table Table(params string[] columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column.TrimEnd('#', '='), Quiet))
            {
                Alignment = column.EndsWith('#') ? Justify.Right : Justify.Left,
                NoWrap = column[^1] is '#' or '=',
            });
        }

        return table;
    }
}
