namespace Wanda.Ops.Tests;

public sealed class OperatorTimeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 19, 17, 20, TimeSpan.Zero);

    /// <summary>Minutes where they tell enough; "paused since 19:17, until 19:17" tells nothing.</summary>
    [Theory]
    [InlineData(-15, "19:17:05")]
    [InlineData(30, "19:17:50")]
    [InlineData(-59, "19:16:21")]
    [InlineData(-60, "19:16")]
    [InlineData(3600, "20:17")]
    [InlineData(-13 * 3600, "21 Nov 06:17")]
    [InlineData(-400 * 86400, "17 Oct 2025 19:17")]
    public void A_moment_is_told_as_shortly_as_it_can_be_without_doubt(int seconds, string words) =>
        Assert.Equal(words, OperatorTime.Clock(Now.AddSeconds(seconds), Now, TimeZoneInfo.Utc));

    [Theory]
    [InlineData(-300, -260, "19:12:20", "19:13:00")]
    [InlineData(-300, -300, "19:12", "19:12")]
    [InlineData(-300, -200, "19:12", "19:14")]
    [InlineData(-90000, -89970, "20 Nov 18:17:20", "20 Nov 18:17:50")]
    public void Two_moments_that_are_not_the_same_do_not_read_the_same(int from, int to, string begins, string ends)
    {
        var (first, last) = (Now.AddSeconds(from), Now.AddSeconds(to));
        Assert.Equal((begins, ends),
            (OperatorTime.Clock(first, Now, TimeZoneInfo.Utc, last), OperatorTime.Clock(last, Now, TimeZoneInfo.Utc, first)));
    }
}
