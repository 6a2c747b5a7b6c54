using System.Globalization;

namespace Wanda.Imaging.Reading;

/// <summary>Text from a file, made fit for a screen, a log and JSON: printable, and of a length that somebody reads.</summary>
internal static class HeaderText
{
    private const int Longest = 200;
    private const int LongestQuote = 40;

    /// <summary>Without blanks and NULs around it; null when nothing is left.</summary>
    public static string? Clean(string? text)
    {
        var trimmed = text.AsSpan().Trim(" \0\t\r\n");
        if (trimmed.IsEmpty)
            return null;
        return string.Create(Math.Min(trimmed.Length, Longest), trimmed, static (result, from) =>
        {
            for (var i = 0; i < result.Length; i++)
                result[i] = IsShown(from[i]) ? from[i] : '?';
        });
    }

    /// <summary>For the middle of a sentence.</summary>
    public static string Quote(string? text) =>
        Clean(text) is not { } clean ? "''" : clean.Length <= LongestQuote ? $"'{clean}'" : $"'{clean.AsSpan(0, LongestQuote)}...'";

    private static bool IsShown(char c) => char.GetUnicodeCategory(c)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator);
}
