using System.Globalization;
using System.Text;

namespace Wanda.Imaging.Fits;

/// <summary>One 80-byte header record (FITS Standard 4.0, section 4.1).</summary>
/// <param name="Keyword">Upper case, at most 8 characters; longer, with blanks, for a HIERARCH card.</param>
/// <param name="Value">The value as text, a string without its quotes; null for a card without a value (COMMENT, HISTORY, blank).</param>
/// <param name="Comment">What follows the slash, or the text of a commentary card.</param>
/// <param name="IsString">Whether the value was, or will be, written between quotes.</param>
public readonly record struct FitsCard(string Keyword, string? Value, string? Comment, bool IsString = false)
{
    /// <summary>Bytes in one record.</summary>
    public const int Length = 80;

    internal static FitsCard Parse(ReadOnlySpan<byte> record, out bool malformed)
    {
        // Latin-1 maps every byte to a character, so that a damaged card cannot throw; the standard allows only ASCII 32 to 126.
        var text = Encoding.Latin1.GetString(record);
        malformed = text.AsSpan().IndexOfAnyExceptInRange(' ', '~') >= 0;
        var keyword = text[..8].TrimEnd().ToUpperInvariant();
        if (keyword == "HIERARCH" && text.IndexOf('=') is > 8 and var equals)
            return Valued(text[8..equals].Trim(), text.AsSpan(equals + 1), ref malformed);
        if (keyword == "CONTINUE")
            return Valued(keyword, text.AsSpan(8), ref malformed);
        if (text[8] == '=' && text[9] == ' ')
            return Valued(keyword, text.AsSpan(10), ref malformed);
        return new FitsCard(keyword, null, text[8..].TrimEnd());
    }

    /// <summary>A keyword that is given as name and value (XISF), the value written as in a card.</summary>
    internal static FitsCard Of(string keyword, string value)
    {
        var malformed = false;
        var field = value.AsSpan().Trim();
        return field is ['\'', ..]
            ? new FitsCard(keyword.ToUpperInvariant(), Quoted(field, out _, ref malformed), null, IsString: true)
            : new FitsCard(keyword.ToUpperInvariant(), field.IsEmpty ? null : field.ToString(), null);
    }

    private static FitsCard Valued(string keyword, ReadOnlySpan<char> field, ref bool malformed)
    {
        field = field.Trim();
        if (field.Length > 0 && field[0] == '\'')
        {
            var value = Quoted(field, out var used, ref malformed);
            return new FitsCard(keyword, value, CommentOf(field[used..]), IsString: true);
        }

        var slash = field.IndexOf('/');
        var token = slash < 0 ? field : field[..slash].TrimEnd();
        return new FitsCard(keyword, token.IsEmpty ? null : token.ToString(), slash < 0 ? null : CommentOf(field[slash..]));
    }

    private static string Quoted(ReadOnlySpan<char> field, out int used, ref bool malformed)
    {
        var value = new StringBuilder(field.Length);
        for (used = 1; used < field.Length; used++)
        {
            if (field[used] != '\'')
            {
                value.Append(field[used]);
            }
            else if (used + 1 < field.Length && field[used + 1] == '\'')
            {
                value.Append(field[used++]);
            }
            else
            {
                used++;
                return value.ToString().TrimEnd(' ');
            }
        }

        malformed = true; // No closing quote: what is there is the value.
        return value.ToString().TrimEnd(' ');
    }

    private static string? CommentOf(ReadOnlySpan<char> rest)
    {
        var text = rest.TrimStart().TrimStart('/').Trim();
        return text.IsEmpty ? null : text.ToString();
    }

    internal long? AsInteger() => long.TryParse(Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        ? number
        : AsReal() is { } real && Math.Abs(real) < 1e15 && real == Math.Truncate(real) ? (long)real : null;

    // FORTRAN writes double precision exponents with D (FITS Standard 4.0, section 4.2.4), and programs that format by the machine's
    // language a comma for the point. FITS knows no separator of thousands: the comma has one meaning.
    internal double? AsReal() =>
        double.TryParse(HasDecimalComma ? Value!.Replace(',', '.') : Value?.Replace('D', 'E').Replace('d', 'e'),
            NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    internal bool HasDecimalComma => Value is { } text && text.AsSpan().Count(',') == 1 && !text.Contains('.');
}
