using System.Globalization;
using System.Text.RegularExpressions;
using Wanda.Imaging;

namespace Wanda.CaptureProducer;

/// <summary>
/// The times in the names of RMS, a meteor recorder whose files have no other: <c>FF_XX0001_20260321_034512_123_0000512.fits</c> is the
/// station, then date and time to the millisecond (later versions: microsecond), always UTC. Names of other programs have patterns that
/// their users choose, and are not read.
/// </summary>
internal static partial class RecorderName
{
    /// <summary>What a name says; nothing where it is none of these.</summary>
    public static IEnumerable<TimeStatement> Times(string name)
    {
        if (name.Length > 255 || Pattern().Match(name) is not { Success: true } match)
            yield break;
        var statement = new TimeStatement("file name", match.Value[..^1]);
        var fraction = match.Groups["fraction"].Value.PadRight(7, '0');
        yield return DateTime.TryParseExact($"{match.Groups["date"].Value}{match.Groups["time"].Value}{fraction}", "yyyyMMddHHmmssfffffff",
            CultureInfo.InvariantCulture, DateTimeStyles.None, out var clock)
            ? statement with { Clock = clock, Offset = TimeSpan.Zero }
            : statement with { Problem = "holds no date that there is" };
    }

    [GeneratedRegex("^F[FRSV](_[A-Z0-9]{4,8}|[0-9]{3})_(?<date>[0-9]{8})_(?<time>[0-9]{6})_(?<fraction>[0-9]{6}|[0-9]{3})[_.]",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
