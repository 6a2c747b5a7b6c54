using System.Text;

namespace Wanda.Notify;

/// <summary>What goes to a person, or comes from the other side, within bounds.</summary>
internal static class Words
{
    private const int MaxTitle = 200;
    private const int MaxText = 2000; // bytes: ntfy takes 8192 of JSON, in which a character may be three times as long
    private const int MaxAnswer = 200;
    private const string More = "…";

    public static string Title(Notification notification) => Line(notification.Title, MaxTitle);

    public static string Text(Notification notification)
    {
        string text = string.Concat(notification.Text.Select(c => char.IsControl(c) && c != '\n' ? ' ' : c));
        if (Encoding.UTF8.GetByteCount(text) <= MaxText)
            return text;
        int bytes = Encoding.UTF8.GetByteCount(More), length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if ((bytes += rune.Utf8SequenceLength) > MaxText)
                break;
            length += rune.Utf16SequenceLength;
        }

        return text[..length] + More;
    }

    /// <summary>What the other side said: one line, and no secret, should it repeat one.</summary>
    public static string Answer(string text, params IEnumerable<string?> secrets)
    {
        foreach (string? secret in secrets)
        {
            if (!string.IsNullOrEmpty(secret))
                text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        return Line(text, MaxAnswer);
    }

    private static string Line(string text, int max)
    {
        string line = string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)).Trim();
        if (line.Length <= max)
            return line;
        int length = max - More.Length;
        return line[..(char.IsHighSurrogate(line[length - 1]) ? length - 1 : length)] + More;
    }
}
