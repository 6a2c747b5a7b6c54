using System.Globalization;

namespace Wanda.Imaging.Reading;

/// <summary>A date as a header writes it. Read is what has one meaning; nothing is guessed.</summary>
/// <param name="Day">Midnight at its beginning.</param>
/// <param name="TimeOfDay">From 0 to 24 h and a second; null where only the day is said.</param>
/// <param name="Offset">From UTC, where it is said.</param>
internal readonly record struct DateText(DateTime Day, TimeSpan? TimeOfDay, TimeSpan? Offset)
{
    /// <summary>The moment; null without a time of day, or behind the end of the calendar.</summary>
    public DateTime? Moment =>
        TimeOfDay is { } time && Day.Ticks + time.Ticks <= DateTime.MaxValue.Ticks ? Day + time : null;

    /// <summary>ISO 8601 as FITS and XISF have it: <c>2026-11-20</c>, <c>2026-11-20T22:15:03.25</c>, with or without a zone.</summary>
    public static DateText? Iso(string text) => Parse(text, '-');

    /// <summary>EXIF: <c>2026:11:20 22:15:03</c>.</summary>
    public static DateText? Exif(string text) => Parse(text, ':');

    /// <summary>FITS before the year 2000: <c>20/11/96</c>, the day first, always of the 20th century (FITS Standard 4.0, 4.4.2).</summary>
    public static DateText? OldFits(string text) => text.Length == 8 && text[2] == '/' && text[5] == '/'
        && Digits(text, 0, 2) is { } day && Digits(text, 3, 2) is { } month && Digits(text, 6, 2) is { } year
        && DayOf(1900 + year, month, day) is { } date ? new DateText(date, null, null) : null;

    /// <summary><c>22:15:03.25</c>; second 60 is a leap second or a rounded one, <c>24:00:00</c> the end of the day.</summary>
    public static TimeSpan? Time(ReadOnlySpan<char> text)
    {
        if (text.Length < 5 || text[2] != ':' || Digits(text, 0, 2) is not { } hours || Digits(text, 3, 2) is not { } minutes)
            return null;
        var seconds = 0.0;
        if (text.Length > 5)
        {
            if (text.Length < 8 || text[5] != ':' || !char.IsAsciiDigit(text[6]) || !char.IsAsciiDigit(text[7])
                || !double.TryParse(text[6..].ToString().Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                    out seconds))
            {
                return null;
            }
        }

        return (hours < 24 && minutes < 60 && seconds < 61) || (hours, minutes, seconds) == (24, 0, 0)
            ? new TimeSpan(hours, minutes, 0) + TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond))
            : null;
    }

    /// <summary><c>Z</c>, <c>UTC</c>, <c>GMT</c>, <c>+02:00</c>, <c>-0300</c>, <c>+02</c>.</summary>
    public static TimeSpan? Zone(ReadOnlySpan<char> text)
    {
        if (text is "Z" or "z" or "UTC" or "GMT")
            return TimeSpan.Zero;
        if (text.Length is not (3 or 5 or 6) || text[0] is not ('+' or '-') || Digits(text, 1, 2) is not (<= 14 and var hours)
            || (text.Length == 6 && text[3] != ':') || (text.Length == 3 ? 0 : Digits(text, text.Length - 2, 2)) is not (< 60 and var rest))
        {
            return null;
        }

        var offset = new TimeSpan(hours, rest, 0);
        return text[0] == '-' ? -offset : offset;
    }

    private static DateText? Parse(ReadOnlySpan<char> text, char separator)
    {
        text = text.Trim();
        if (text.Length < 10 || text[4] != separator || text[7] != separator || Digits(text, 0, 4) is not { } year
            || Digits(text, 5, 2) is not { } month || Digits(text, 8, 2) is not { } day || DayOf(year, month, day) is not { } date)
        {
            return null;
        }

        if (text.Length == 10)
            return new DateText(date, null, null);
        if (text[10] is not ('T' or 't' or ' '))
            return null;
        var rest = text[11..].Trim();
        var zone = rest.IndexOfAny("Zz+-UG");
        TimeSpan? offset = null;
        if (zone >= 0)
        {
            offset = Zone(rest[zone..]);
            if (offset is null)
                return null;
            rest = rest[..zone].TrimEnd();
        }

        return Time(rest) is { } time ? new DateText(date, time, offset) : null;
    }

    private static DateTime? DayOf(int year, int month, int day) =>
        year >= 1 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? new DateTime(year, month, day)
            : null;

    private static int? Digits(ReadOnlySpan<char> text, int start, int count)
    {
        var digits = text.Slice(start, count);
        return digits.IndexOfAnyExceptInRange('0', '9') < 0 ? int.Parse(digits, CultureInfo.InvariantCulture) : null;
    }
}
