using FsCheck;
using FsCheck.Fluent;
using Wanda.Catalog;

namespace Wanda.Ops.Tests.Night;

[Trait("Rerun", "Never")]
public sealed class ClearEstimateTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 2, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_is_left_takes_as_long_as_the_pace_says()
    {
        // 11 frames of 10 MB in 100 s: the first one opened the window, ten were proven in it, 1 MB/s.
        var estimate = ClearEstimate.Of(60_000_000,
            new ProvenPace { Frames = 11, Bytes = 110_000_000, FirstProvenAt = Now.AddSeconds(-100) }, Now);
        Assert.Equal(Now.AddSeconds(60), estimate.At);
    }

    [Theory]
    [InlineData(0, 0, "nothing was proven")]
    [InlineData(1, 300, "too little")]
    [InlineData(9, 2, "too little")]
    public void Without_a_pace_it_says_that_it_cannot_tell(int frames, int secondsAgo, string why)
    {
        var pace = new ProvenPace
        {
            Frames = frames,
            Bytes = frames * 1000L,
            FirstProvenAt = frames == 0 ? null : Now.AddSeconds(-secondsAgo),
        };
        var estimate = ClearEstimate.Of(5000, pace, Now);
        Assert.Null(estimate.At);
        Assert.Contains(why, estimate.Unknown);
    }

    [Fact]
    public void Every_estimate_is_either_a_time_from_now_on_or_a_reason() => Prop.ForAll(
        ArbMap.Default.ArbFor<(NonNegativeInt Left, NonNegativeInt Frames, NonNegativeInt Bytes, NonNegativeInt SecondsAgo)>(),
        c =>
        {
            var pace = new ProvenPace
            {
                Frames = c.Frames.Get,
                Bytes = c.Bytes.Get,
                FirstProvenAt = c.Frames.Get == 0 ? null : Now.AddSeconds(-c.SecondsAgo.Get),
            };
            var estimate = ClearEstimate.Of(c.Left.Get, pace, Now);
            return estimate.At is { } at
                ? estimate.Unknown is null && at >= Now && at < Now.AddDays(31)
                : estimate.Unknown is { Length: > 0 };
        }).MustHold();
}
