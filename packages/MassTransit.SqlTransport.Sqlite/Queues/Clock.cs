namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>Times as they lie in the file: milliseconds since 1970, UTC.</summary>
internal static class Clock
{
    /// <summary>Beyond this a time that was set is taken for the work of a wrong clock.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    /// <summary>A clock that differs by more than this from one that only runs on was set.</summary>
    public static readonly TimeSpan StepTolerance = TimeSpan.FromSeconds(1);

    private static readonly long Earliest = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static long Milliseconds(this TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>A later time; a wait of more than ten thousand years is for ever.</summary>
    public static long Add(long now, TimeSpan wait) =>
        Math.Clamp(now + (long)wait.TotalMilliseconds, Earliest, Latest);

    /// <summary>Whether .NET has such a time.</summary>
    public static bool IsTime(long milliseconds) => milliseconds >= Earliest && milliseconds <= Latest;

    /// <summary>The time, or the nearest that .NET has.</summary>
    public static DateTimeOffset ToTime(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, Earliest, Latest));
}
