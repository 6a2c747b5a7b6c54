namespace MassTransit.SqlTransport.Sqlite.Tests;

/// <summary>The system's clock, whose date and time somebody sets while its seconds go on, and that can go faster.</summary>
internal sealed class WallClock : TimeProvider
{
    // One object: whoever looks while time passes sees both clocks before it or both after.
    private sealed record Shift(TimeSpan Set, TimeSpan Passed);

    private volatile Shift _shift = new(TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>Somebody sets the clock.</summary>
    public void Step(TimeSpan by) => _shift = _shift with { Set = _shift.Set + by };

    /// <summary>Time passes. (Timers go on at their own pace.)</summary>
    public void Pass(TimeSpan time) => _shift = new Shift(_shift.Set + time, _shift.Passed + time);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _shift.Set;

    public override long GetTimestamp() => System.GetTimestamp() + _shift.Passed.Ticks * (TimestampFrequency / TimeSpan.TicksPerSecond);
}
