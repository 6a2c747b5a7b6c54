using System.ComponentModel;
using System.Globalization;

namespace Wanda.Hosting;

/// <summary>
/// The hours in which a destination is sent to, or frames are expected, written <c>22:00-06:00</c> in the machine's own time; across
/// midnight when it ends earlier than it begins.
/// </summary>
/// <param name="From">The first minute.</param>
/// <param name="To">The minute after the last.</param>
[TypeConverter(typeof(Converter))]
public readonly record struct UploadWindow(TimeOnly From, TimeOnly To)
{
    /// <summary>Reads the written form.</summary>
    /// <exception cref="FormatException">It is no window.</exception>
    public static UploadWindow Parse(string text)
    {
        var times = text.Split('-', StringSplitOptions.TrimEntries);
        return times is [var from, var to] && TryTime(from, out var first) && TryTime(to, out var last) && first != last
            ? new UploadWindow(first, last)
            : throw new FormatException(
                $"'{text}' are no hours: write two different times, as 22:00-06:00; leave it out for any hour.");
    }

    /// <summary>When it opens; null when it is open at <paramref name="now"/>.</summary>
    /// <param name="now">UTC.</param>
    /// <param name="zone">The machine's time zone.</param>
    public DateTimeOffset? OpensAt(DateTimeOffset now, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(now, zone).DateTime;
        if (TimeOnly.FromDateTime(local).IsBetween(From, To))
            return null;
        var opens = local.Date + From.ToTimeSpan();
        if (opens <= local)
            opens = opens.AddDays(1);
        while (zone.IsInvalidTime(opens)) // the hour that is left out when summer time begins
            opens = opens.AddMinutes(15);
        return new DateTimeOffset(opens, zone.GetUtcOffset(opens)).ToUniversalTime();
    }

    /// <summary>Since when it is open; null when it is not at <paramref name="now"/>.</summary>
    /// <param name="now">UTC.</param>
    /// <param name="zone">The machine's time zone.</param>
    public DateTimeOffset? OpenSince(DateTimeOffset now, TimeZoneInfo zone)
    {
        if (OpensAt(now, zone) is not null)
            return null;
        var local = TimeZoneInfo.ConvertTime(now, zone).DateTime;
        var opened = local.Date + From.ToTimeSpan();
        if (opened > local)
            opened = opened.AddDays(-1);
        while (zone.IsInvalidTime(opened)) // the hour that is left out when summer time begins
            opened = opened.AddMinutes(15);
        return new DateTimeOffset(opened, zone.GetUtcOffset(opened)).ToUniversalTime();
    }

    /// <summary>The written form.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From:HH:mm}-{To:HH:mm}");

    private static bool TryTime(string text, out TimeOnly time) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    private sealed class Converter : TypeConverter
    {
        public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

        public override object ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) => Parse((string)value);
    }
}
