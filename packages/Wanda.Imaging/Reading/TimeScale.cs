namespace Wanda.Imaging.Reading;

/// <summary>The time scales of TIMESYS (FITS Standard 4.0, table 30) and how far each is ahead of UTC.</summary>
internal static class TimeScale
{
    // TAI - UTC, seconds, from the day on; IERS Bulletin C. None is announced since 2017.
    private static readonly (DateTime From, int Seconds)[] LeapSeconds =
    [
        (new(2017, 1, 1), 37), (new(2015, 7, 1), 36), (new(2012, 7, 1), 35), (new(2009, 1, 1), 34), (new(2006, 1, 1), 33),
        (new(1999, 1, 1), 32), (new(1997, 7, 1), 31), (new(1996, 1, 1), 30), (new(1994, 7, 1), 29), (new(1993, 7, 1), 28),
        (new(1992, 7, 1), 27), (new(1991, 1, 1), 26), (new(1990, 1, 1), 25),
    ];

    /// <summary>
    /// Whether the scale is one that is read here, and its offset at a moment; null for LOCAL, whose zone is not said. UT1 and TDB are
    /// taken for UTC and TT, from which they differ by less than a second and by two milliseconds, and so are their realizations, which the
    /// standard writes behind them (9.2.1): <c>TT(TAI)</c>, <c>UTC(NIST)</c>.
    /// </summary>
    public static bool IsKnown(string? name, DateTime moment, out TimeSpan? offset)
    {
        if (name?.IndexOf('(', StringComparison.Ordinal) is > 0 and var at && name.EndsWith(')'))
            name = name[..at];
        var tai = LeapSeconds.FirstOrDefault(l => l.From <= moment).Seconds;
        offset = name?.ToUpperInvariant() switch
        {
            null or "UTC" or "UT" or "UT1" or "GMT" or "Z" => TimeSpan.Zero,
            "TAI" or "IAT" => TimeSpan.FromSeconds(tai),
            "TT" or "TDT" or "ET" or "TDB" => TimeSpan.FromSeconds(tai + 32.184),
            "GPS" => TimeSpan.FromSeconds(tai - 19),
            _ => null,
        };
        return offset is not null || string.Equals(name, "LOCAL", StringComparison.OrdinalIgnoreCase);
    }
}
