using Wanda.Workers.Offload;

namespace Wanda.Workers.Tests.Offload;

public sealed class TurnTests
{
    private static readonly TimeZoneInfo Cordoba = TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(-3), "test", "test");

    [Theory]
    [InlineData("2026-11-20T23:00:00Z", "2026-11-21T14:59:00Z", 0)]
    [InlineData("2026-11-20T23:00:00Z", "2026-11-21T15:00:00Z", -1)]
    [InlineData("2026-11-20T03:00:00Z", "2026-11-25T03:00:00Z", -5)]
    public void A_night_is_from_noon_to_noon_and_a_newer_one_comes_first(string one, string other, int apart) =>
        Assert.Equal(apart, Of(other) - Of(one));

    [Theory]
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("2026-11-20T23:00:00Z")]
    [InlineData("2200-01-01T00:00:00Z")]
    public void Directories_come_before_every_frame_and_frames_before_all_else_whatever_the_clock_said(string saved) =>
        Assert.InRange(Of(saved), Turn.First + 1, 99);

    private static short Of(string saved) => Turn.Of(DateTimeOffset.Parse(saved, null), Cordoba);
}
