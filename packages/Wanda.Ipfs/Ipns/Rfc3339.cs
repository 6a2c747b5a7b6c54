using System.Globalization;

namespace Wanda.Ipfs;

/// <summary>Times as IPNS records write them: UTC with nine decimals. Others' decimals beyond 100 ns are cut off.</summary>
internal static class Rfc3339
{
    private const int TickDecimals = 7;

    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture) + "00Z";

    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        // yyyy-MM-ddTHH:mm:ss, optional decimals, Z or an offset.
        int at = "yyyy-MM-ddTHH:mm:ss".Length;
        if (text.Length <= at || text.Length > 40)
            return false;
        string seconds = text[..at];
        string decimals = "";
        if (text[at] == '.')
        {
            int end = at + 1;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
                end++;
            decimals = text[(at + 1)..Math.Min(end, at + 1 + TickDecimals)];
            if (decimals.Length == 0)
                return false;
            at = end;
        }

        string exact = $"{seconds}.{decimals.PadRight(TickDecimals, '0')}{text[at..]}";
        return DateTimeOffset.TryParseExact(
            exact, ["yyyy-MM-ddTHH:mm:ss.fffffffZ", "yyyy-MM-ddTHH:mm:ss.fffffffzzz"], CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out time);
    }
}
