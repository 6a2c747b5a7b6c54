using System.Globalization;

namespace Wanda.PinningServer;

/// <summary>Times and sizes as a page writes them.</summary>
internal static class Written
{
    private static readonly string[] Units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary>Three digits at least, in decimal units, as disks and quotas are sold.</summary>
    public static string Size(long bytes)
    {
        double value = bytes;
        int unit = 0;
        while (Math.Abs(value) >= 999.5 && unit < Units.Length - 1)
            (value, unit) = (value / 1000, unit + 1);
        return value.ToString(unit == 0 || value >= 99.95 ? "0" : "0.#", CultureInfo.InvariantCulture) + " " + Units[unit];
    }

    /// <summary>How long ago or ahead, with the time itself in UTC to be seen by pointing at it.</summary>
    public static Html Time(DateTimeOffset at, DateTimeOffset now)
    {
        string words = at <= now ? $"{Span(now - at)} ago" : $"in {Span(at - now)}";
        return Html.Of($"""<time datetime="{Iso(at)}" title="{Minute(at)}">{words}</time>""");
    }

    /// <summary>A time in UTC.</summary>
    public static Html Clock(DateTimeOffset at) => Html.Of($"""<time datetime="{Iso(at)}">{Minute(at)}</time>""");

    /// <summary>A number of days.</summary>
    public static string Days(TimeSpan span) => span.TotalDays.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static string Minute(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC";

    private static string Span(TimeSpan span) => span.TotalMinutes switch
    {
        < 1 => "a moment",
        < 90 => $"{span.TotalMinutes:0} min",
        < 48 * 60 => $"{span.TotalHours:0} h",
        _ => $"{span.TotalDays:0} days",
    };
}
