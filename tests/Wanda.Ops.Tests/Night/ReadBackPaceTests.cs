using Wanda.Hosting;

namespace Wanda.Ops.Tests.Night;

/// <summary>That more is freed than can be read back in time is told weeks before the first proof ends.</summary>
public sealed class ReadBackPaceTests
{
    // Proofs of 30 days are renewed 7 days before their end: what answers no question is read back once in 23 days.
    [Theory]
    [InlineData("folder", 4, 22, false)]
    [InlineData("folder", 4, 24, true)]
    [InlineData("wanda", 4, 110, false)] // four audits of five read nothing
    [InlineData("wanda", 4, 120, true)]
    [InlineData("wanda", 0, 24, true)]
    public async Task It_depends_on_how_often_a_copy_has_to_be_read_back(string kind, int questions, int daysForAll, bool late)
    {
        await using var node = await TestNode.FreedAsync(4);
        await node.RestartAsync(o => o with
        {
            Destinations = kind == "wanda"
                ? o.Destinations
                : [new DestinationOptions { Name = "altermundi", Kind = kind, Path = o.Data + "-nas", FailureDomain = "altermundi" }],
        });
        var freed = await node.Catalogue.Audits.FreedBytesAsync(default);
        await node.RestartAsync(o => o with { Audit = new() { Challenges = questions, DailyBytes = new ByteSize(freed / daysForAll) } });
        var notices = (await node.Get<NightQuery>().ReadAsync(default)).Notices.Where(n => n.Text.Contains("audit.dailyBytes is"));
        Assert.Equal(late, notices.Any());
        Assert.All(notices, n => Assert.Contains("Raise it", n.Text));
    }
}
