using Wanda.Hosting;

namespace Wanda.Ops.Tests.Night;

/// <summary>That more is freed than can be read back in time is told weeks before the first proof ends.</summary>
public sealed class ReadBackPaceTests
{
    // Proofs of 30 days are renewed 7 days before their end: what answers no question is read back once in 23 days.
    [Theory]
    [InlineData("folder", 4, 22, false)]
    [InlineData("folder", 4, 24, true)]
    [InlineData("wanda", 4, 114, false)] // four audits of five read nothing
    [InlineData("wanda", 4, 116, true)]
    [InlineData("wanda", 0, 24, true)]
    public async Task It_depends_on_how_often_a_copy_has_to_be_read_back(string kind, int questions, int freedFrames, bool late)
    {
        await using var node = await TestNode.FreedAsync(freedFrames);
        var bytes = await node.Catalogue.Audits.FreedBytesAsync(default) / freedFrames;
        await node.RestartAsync(o => o with
        {
            Destinations = [o.Destinations[0] with { Kind = kind, Url = kind == "wanda" ? o.Destinations[0].Url : "", Path = "/mnt/nas" }],
            Audit = o.Audit with { Challenges = questions, DailyBytes = new ByteSize(bytes) },
        });
        var notices = (await node.Get<NightQuery>().ReadAsync(default)).Notices.Where(n => n.Text.Contains("audit.dailyBytes is"));
        Assert.Equal(late, notices.Any());
        Assert.All(notices, n => Assert.Contains("Raise it", n.Text));
    }
}
