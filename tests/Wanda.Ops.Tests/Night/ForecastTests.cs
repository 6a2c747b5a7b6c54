using Wanda.Custody;

namespace Wanda.Ops.Tests.Night;

public sealed class ForecastTests
{
    private const long GB = 1_000_000_000;

    [Fact]
    public void Without_a_frame_nothing_is_told() => Assert.Null(Forecast.Of([(0, 0), (0, 0)], 0, busy: false, 10 * GB));

    [Theory]
    [InlineData(0, true, 20, "nothing left in the last day, so the disk has room for 2 more nights", Severity.Waiting)]
    [InlineData(0, true, 5, "less than a night", Severity.NeedsYou)]
    [InlineData(8, true, 20, "only 8 GB leave in a day, so the disk has room for 10 more nights", Severity.Calm)]
    [InlineData(12, true, 1, "keeps up", Severity.Calm)]
    [InlineData(8, false, 1, "keeps up", Severity.Calm)] // nothing waited: the line carried all there was
    public void The_nights_that_are_left_follow_from_what_comes_and_what_leaves(
        long leavesGb, bool busy, long roomGb, string words, Severity severity)
    {
        var forecast = Forecast.Of([(500, 10 * GB), (0, 0), (300, 10 * GB)], leavesGb * GB, busy, roomGb * GB)!;
        Assert.Equal((400, 10 * GB), (forecast.FramesANight, forecast.BytesANight));
        Assert.Contains("About 400 frames (10 GB) a night", forecast.Sentence);
        Assert.Contains(words, forecast.Sentence);
        Assert.Equal(severity, forecast.Severity);
    }
}
