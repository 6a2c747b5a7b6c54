using System.Globalization;

namespace Wanda.Imaging.Reading;

/// <summary>
/// What the keywords of a FITS header say of the exposure's beginning (FITS Standard 4.0, sections 4.4.2 and 9). DATE-AVG, DATE-END and
/// what would have to be reckoned back from them are left alone.
/// </summary>
internal static class FitsTimes
{
    private const string NoDate = "is no date that has one meaning";
    private static readonly string[] Dates = ["DATE-OBS", "DATE-BEG", "DATE_OBS"];
    private static readonly string[] TimesOfDay = ["TIME-OBS", "UTSTART", "UT-START", "UTCSTART", "UT", "UTC", "UTC-OBS", "TIME-BEG"];
    private static readonly (string Keyword, double Epoch)[] DayCounts =
    [
        ("MJD-OBS", 0), ("MJD-BEG", 0), ("JD", 2400000.5), ("JD-OBS", 2400000.5), ("JD-BEG", 2400000.5),
    ];

    private static readonly DateTime MjdZero = new(1858, 11, 17);

    /// <summary>All of it, DATE-OBS first. Without TIMESYS it is UTC, as the standard says.</summary>
    public static IReadOnlyList<TimeStatement> Of(Func<string, string?> text)
    {
        var scale = text("TIMESYS");
        TimeStatement[] all = [.. Dates.Select(k => OfDate(k, text)).Concat(DayCounts.Select(c => OfDays(c.Keyword, c.Epoch, text)))
            .OfType<TimeStatement>().Select(s => Scaled(s, scale))];
        return all.Length > 0 ? all : [new TimeStatement("DATE-OBS", "") { Problem = "is not in the header" }];
    }

    private static TimeStatement? OfDate(string keyword, Func<string, string?> text)
    {
        if (text(keyword) is not { } written)
            return null;
        var statement = new TimeStatement(keyword, written);
        if ((DateText.Iso(written) ?? DateText.OldFits(written)) is not { } date)
            return statement with { Problem = NoDate };
        if (date.TimeOfDay is not null)
            return Said(statement, date);
        if (TimesOfDay.FirstOrDefault(k => text(k) is not null) is not { } clock)
            return statement with { Problem = "says the day alone" };
        statement = new TimeStatement($"{keyword} and {clock}", $"{written} {text(clock)}");
        return DateText.Time(text(clock)) is { } time
            ? Said(statement, date with { TimeOfDay = time })
            : statement with { Problem = NoDate };
    }

    private static TimeStatement Said(TimeStatement statement, DateText date) => date.Moment is { } moment
        ? statement with { Clock = moment, Offset = date.Offset }
        : statement with { Problem = NoDate };

    private static TimeStatement? OfDays(string keyword, double epoch, Func<string, string?> text)
    {
        if (text(keyword) is not { } written)
            return null;
        var statement = new TimeStatement(keyword, written);
        if (!double.TryParse(written.Replace('D', 'E').Replace('d', 'e'), NumberStyles.Float, CultureInfo.InvariantCulture, out var days))
            return statement with { Problem = NoDate };
        // A double counts days to a few microseconds; what stands behind the millisecond is its rounding.
        var milliseconds = Math.Round((days - epoch) * 86_400_000);
        return milliseconds > (DateTime.MinValue - MjdZero).TotalMilliseconds
            && milliseconds < (DateTime.MaxValue - MjdZero).TotalMilliseconds
            ? statement with { Clock = MjdZero.AddMilliseconds(milliseconds) }
            : statement with { Problem = NoDate };
    }

    // A zone behind the time is not FITS, but says more than TIMESYS.
    private static TimeStatement Scaled(TimeStatement statement, string? scale)
    {
        if (statement is not { Clock: { } clock, Offset: null })
            return statement;
        return TimeScale.IsKnown(scale, clock, out var offset)
            ? statement with { Offset = offset }
            : statement with { Clock = null, Problem = $"is in the time scale {HeaderText.Quote(scale)}, which is not read here" };
    }
}
