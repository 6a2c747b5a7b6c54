using FsCheck;
using FsCheck.Fluent;

namespace Wanda.Ops.Tests.Night;

[Trait("Rerun", "Never")]
public sealed class NightSpanTests
{
    private static readonly TimeZoneInfo Argentina = TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(-3), "test", "test");

    [Fact]
    public void A_night_goes_from_noon_to_noon_of_the_node_s_own_time()
    {
        var night = NightSpan.Of(new DateTimeOffset(2026, 11, 21, 6, 0, 0, TimeSpan.Zero), Argentina);
        Assert.Equal(new DateOnly(2026, 11, 20), night.Date);
        Assert.Equal(new DateTimeOffset(2026, 11, 20, 15, 0, 0, TimeSpan.Zero), night.From);
        Assert.Equal(night.From.AddDays(1), night.To);
    }

    [Theory]
    [InlineData(0, "tonight")]
    [InlineData(1, "last night")]
    [InlineData(3, "in the night of 18 Nov 2026")]
    public void It_is_called_as_an_operator_calls_it(int daysAgo, string words)
    {
        var now = new DateTimeOffset(2026, 11, 22, 1, 0, 0, TimeSpan.Zero);
        Assert.Equal(words, NightSpan.Of(now.AddDays(-daysAgo), Argentina).Words(now, Argentina));
    }

    [Fact]
    public void Every_moment_lies_in_its_night_in_every_zone() => Prop.ForAll(
        ArbMap.Default.ArbFor<(NonNegativeInt Minutes, byte Zone)>(),
        c =>
        {
            var zones = TimeZoneInfo.GetSystemTimeZones();
            var at = DateTimeOffset.UnixEpoch.AddYears(50).AddMinutes(c.Minutes.Get * 997L);
            var night = NightSpan.Of(at, zones[c.Zone % zones.Count]);
            return night.From <= at && at < night.To;
        }).MustHold();
}
