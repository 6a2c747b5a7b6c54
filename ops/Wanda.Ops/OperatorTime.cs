using System.Globalization;

namespace Wanda.Ops;

/// <summary>Times as an operator reads them: in the node's own time zone, as short as they can be without doubt.</summary>
public static class OperatorTime
{
    /// <summary>
    /// <c>06:40</c> when that is within half a day of <paramref name="now"/>, otherwise with the date: <c>22 Nov 06:40</c>. With seconds
    /// within a minute of it, where minutes would say that what is to come has passed.
    /// </summary>
    public static string Clock(DateTimeOffset at, DateTimeOffset now, TimeZoneInfo zone) => Clock(at, now, zone, at);

    /// <summary>The same beside another moment: with seconds where the two would read the same and are not.</summary>
    public static string Clock(DateTimeOffset at, DateTimeOffset now, TimeZoneInfo zone, DateTimeOffset? beside)
    {
        var date = (at - now).Duration() < TimeSpan.FromHours(12) ? "" : at.Year == now.Year ? "d MMM " : "d MMM yyyy ";
        var time = (at - now).Duration() < TimeSpan.FromMinutes(1) || (at != beside && (at - beside)?.Duration() < TimeSpan.FromMinutes(1))
            ? "HH:mm:ss"
            : "HH:mm";
        return TimeZoneInfo.ConvertTime(at, zone).ToString(date + time, CultureInfo.InvariantCulture);
    }

    /// <summary>The whole moment to the second: <c>2026-11-22 06:40:12</c>.</summary>
    public static string Full(DateTimeOffset at, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>A length of time in its largest unit: <c>40 s</c>, <c>12 min</c>, <c>3 h 5 min</c>, <c>2 days</c>.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        _ when span < TimeSpan.FromMinutes(1) => $"{Math.Max(0, (int)span.TotalSeconds)} s",
        _ when span < TimeSpan.FromHours(1) => $"{(int)span.TotalMinutes} min",
        _ when span < TimeSpan.FromDays(1) => $"{(int)span.TotalHours} h {span.Minutes} min",
        _ when span < TimeSpan.FromDays(2) => "1 day",
        _ => $"{(int)span.TotalDays} days",
    };
}
