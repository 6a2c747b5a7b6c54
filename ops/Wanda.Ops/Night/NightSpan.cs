using System.Globalization;
using Wanda.Contracts;

namespace Wanda.Ops;

/// <summary>One night of this node, from noon to noon of its own time zone.</summary>
/// <param name="From">Its noon, UTC.</param>
/// <param name="To">The next noon, UTC; not part of it.</param>
/// <param name="Date">The evening's date, which is the night's name.</param>
public sealed record NightSpan(DateTimeOffset From, DateTimeOffset To, DateOnly Date)
{
    /// <summary>The night that a moment belongs to.</summary>
    public static NightSpan Of(DateTimeOffset moment, TimeZoneInfo zone)
    {
        var date = DateOnly.ParseExact(SessionName.NightOf(moment, zone).Value, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        return new NightSpan(Noon(date, zone), Noon(date.AddDays(1), zone), date);
    }

    /// <summary>How an operator calls it at <paramref name="now"/>: tonight, last night, or by its date.</summary>
    public string Words(DateTimeOffset now, TimeZoneInfo zone) => (Of(now, zone).Date.DayNumber - Date.DayNumber) switch
    {
        0 => "tonight",
        1 => "last night",
        _ => $"in the night of {Date.ToString("d MMM yyyy", CultureInfo.InvariantCulture)}",
    };

    private static DateTimeOffset Noon(DateOnly date, TimeZoneInfo zone)
    {
        var local = date.ToDateTime(new TimeOnly(12, 0));
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
