namespace MassTransit.SqlTransport.Sqlite.Tests;

/// <summary>The system's clock, whose date and time somebody sets while its seconds go on, and that can go faster.</summary>
internal sealed class WallClock : TimeProvider
{
    private long _offset, _passed;

    /// <summary>Somebody sets the clock.</summary>
    public void Step(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);

    /// <summary>Time passes. (Timers go on at their own pace.)</summary>
    public void Pass(TimeSpan time)
    {
        Interlocked.Add(ref _passed, time.Ticks);
        Step(time);
    }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref _offset));

    public override long GetTimestamp() => System.GetTimestamp() + Volatile.Read(ref _passed) * (TimestampFrequency / TimeSpan.TicksPerSecond);
}
