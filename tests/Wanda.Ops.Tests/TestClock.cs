namespace Wanda.Ops.Tests;

/// <summary>A clock that stands where it is put, in a zone of its own.</summary>
internal sealed class TestClock(DateTimeOffset now, TimeZoneInfo? zone = null) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override TimeZoneInfo LocalTimeZone => zone ?? TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => Now;
}
