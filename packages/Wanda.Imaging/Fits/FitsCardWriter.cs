using System.Text;

namespace Wanda.Imaging.Fits;

/// <summary>
/// Writes cards in the fixed format (FITS Standard 4.0, section 4.2): the value right-justified to column 30, strings from column 11.
/// </summary>
internal static class FitsCardWriter
{
    // What fits between the quotes of one card, and of one CONTINUE card.
    private const int MaxString = 68;
    private const int MaxPart = MaxString - 1;

    public static void Append(List<byte> output, FitsCard card)
    {
        if (card is { IsString: true, Value: { } text })
            AppendString(output, card.Keyword, Escaped(text), card.Comment);
        else if (card.Value is { } value)
            AppendRecord(output, $"{card.Keyword,-8}= {value,20}", card.Comment);
        else
            AppendRecord(output, $"{card.Keyword,-8}{card.Comment}", null);
    }

    public static void AppendRecord(List<byte> output, string text, string? comment)
    {
        if (comment is not null && text.Length + 3 + comment.Length <= FitsCard.Length)
            text += $" / {comment}";
        output.AddRange(Encoding.ASCII.GetBytes(
            (text.Length > FitsCard.Length ? text[..FitsCard.Length] : text.PadRight(FitsCard.Length)).Select(Printable).ToArray()));
    }

    private static void AppendString(List<byte> output, string keyword, string escaped, string? comment)
    {
        var prefix = $"{keyword,-8}= ";
        while (escaped.Length > MaxString)
        {
            // A doubled quote must not be torn apart.
            var length = MaxPart - escaped[..MaxPart].Reverse().TakeWhile(c => c == '\'').Count() % 2;
            AppendRecord(output, $"{prefix}'{escaped[..length]}&'", null);
            escaped = escaped[length..];
            prefix = "CONTINUE  ";
        }

        AppendRecord(output, $"{prefix}'{escaped,-8}'", comment);
    }

    private static string Escaped(string text) => text.Replace("'", "''", StringComparison.Ordinal);

    private static char Printable(char c) => c is >= ' ' and <= '~' ? c : '?';
}
