namespace MassTransit.SqlTransport.Sqlite.Tests;

/// <summary>The system's clock, whose date and time somebody sets while its seconds go on.</summary>
internal sealed class WallClock : TimeProvider
{
    private long _offset;

    public void Step(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref _offset));
}
