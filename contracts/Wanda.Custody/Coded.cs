namespace Wanda.Custody;

/// <summary>
/// A code with its detail as one text, <c>Code</c> or <c>Code: detail</c>: for columns and messages in which versions before wrote a
/// sentence. What is no code is such a sentence, and is shown as it is.
/// </summary>
public static class Coded
{
    private const string Between = ": ";

    /// <summary>Writes it.</summary>
    public static string Text<T>(T code, string detail = "")
        where T : struct, Enum => detail.Length == 0 ? $"{code}" : $"{code}{Between}{detail}";

    /// <summary>Reads it.</summary>
    /// <returns>The code; null where the whole text is the detail.</returns>
    public static (T? Code, string Detail) Read<T>(string text)
        where T : struct, Enum
    {
        var end = text.IndexOf(Between, StringComparison.Ordinal);
        var name = end < 0 ? text : text[..end];
        // By name alone: a number would be read as one too.
        return Enum.GetNames<T>().Contains(name) ? (Enum.Parse<T>(name), end < 0 ? "" : text[(end + Between.Length)..]) : (null, text);
    }
}
