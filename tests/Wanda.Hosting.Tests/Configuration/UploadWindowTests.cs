namespace Wanda.Hosting.Tests.Configuration;

public sealed class UploadWindowTests
{
    // Winter time +1, summer time +2 from 29 March 2026, 02:00, to 25 October 2026, 03:00.
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(1), "test", "test", "test",
    [
        TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(new DateTime(2026, 1, 1), new DateTime(2026, 12, 31), TimeSpan.FromHours(1),
            TimeZoneInfo.TransitionTime.CreateFixedDateRule(new DateTime(1, 1, 1, 2, 0, 0), 3, 29),
            TimeZoneInfo.TransitionTime.CreateFixedDateRule(new DateTime(1, 1, 1, 3, 0, 0), 10, 25)),
    ]);

    [Theory]
    [InlineData("22:00-06:00", "2026-01-10T21:30:00Z", null)]
    [InlineData("22:00-06:00", "2026-01-10T04:59:59Z", null)]
    [InlineData("22:00-06:00", "2026-01-10T05:00:00Z", "2026-01-10T21:00:00Z")]
    [InlineData("22:00-06:00", "2026-01-10T20:59:59Z", "2026-01-10T21:00:00Z")]
    [InlineData("22:00-06:00", "2026-07-10T20:00:00Z", null)]
    [InlineData("22:00-06:00", "2026-07-10T19:59:00Z", "2026-07-10T20:00:00Z")]
    [InlineData("08:00-12:30", "2026-01-10T12:00:00Z", "2026-01-11T07:00:00Z")]
    [InlineData("02:30-04:00", "2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z")]
    [InlineData("00:00-06:00", "2026-10-25T12:00:00Z", "2026-10-25T23:00:00Z")]
    public void It_opens_by_the_machines_own_time(string window, string now, string? opens) => Assert.Equal(
        opens is null ? null : DateTimeOffset.Parse(opens, null),
        UploadWindow.Parse(window).OpensAt(DateTimeOffset.Parse(now, null), Zone));

    [Theory]
    [InlineData("")]
    [InlineData("22:00")]
    [InlineData("22-6")]
    [InlineData("06:00-06:00")]
    [InlineData("22:00-24:00")]
    public void What_is_no_window_is_refused_with_an_example(string text) =>
        Assert.Contains("22:00-06:00", Assert.Throws<FormatException>(() => UploadWindow.Parse(text)).Message);
}
