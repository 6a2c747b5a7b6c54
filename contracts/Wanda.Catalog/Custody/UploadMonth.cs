using System.Globalization;

namespace Wanda.Catalog;

/// <summary>The month that volumes are counted in: a contract's month is a month of where the machine stands.</summary>
public static class UploadMonth
{
    /// <summary>The current month, as <c>2026-11</c>.</summary>
    public static string Of(TimeProvider time) => time.GetLocalNow().ToString("yyyy-MM", CultureInfo.InvariantCulture);

    /// <summary>When the next one begins, UTC.</summary>
    public static DateTimeOffset NextBegins(TimeProvider time)
    {
        var now = time.GetLocalNow();
        var first = new DateTime(now.Year, now.Month, 1).AddMonths(1);
        return new DateTimeOffset(first, time.LocalTimeZone.GetUtcOffset(first)).ToUniversalTime();
    }
}
