using Wanda.Custody;

namespace Wanda.Ops.Tests.Night;

/// <summary>A proof that is going to end before it is renewed is told while there is time.</summary>
public sealed class AuditNoticeTests
{
    [Theory]
    [InlineData(-28, true, "has not answered for so long that its proofs of 2 frames freed here end from")]
    [InlineData(-28, false, "do not keep pace: its proofs of 2 frames freed here end from")]
    [InlineData(-25, false, null)] // its renewal has just begun
    [InlineData(-31, false, null)] // it has ended: that is told otherwise
    [InlineData(-31, true, "has not answered for so long that its proofs of 2 frames freed here have ended from", 3)]
    [InlineData(-31, true, null)] // it ended before the outage
    public async Task It_says_whose_and_from_when(int provenDaysAgo, bool paused, string? words, int forDays = 0)
    {
        var now = TimeProvider.System.GetUtcNow();
        var clock = new TestClock(now.AddDays(-forDays));
        await using var node = await TestNode.CreateAsync(time: clock);
        for (var i = 0; i < 2; i++)
        {
            var capture = await node.SaveAsync(at: now.AddDays(provenDaysAgo));
            await node.AddCidAsync(capture);
            await node.ProveAsync(capture, at: now.AddDays(provenDaysAgo));
            await node.ReleaseAsync(capture);
        }

        if (paused)
            await node.Catalogue.Destinations.PauseAsync("altermundi", PauseCode.Outage, "503", now.AddMinutes(5), default);
        clock.Now = now;
        var notices = (await node.Get<NightQuery>().ReadAsync(default)).Notices
            .Where(n => n.Text.Contains("freed here end") || n.Text.Contains("freed here have ended")).ToList();
        if (words is null)
            Assert.Empty(notices);
        else
            Assert.Contains(words, Assert.Single(notices).Text);
    }
}
