using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops.Tests.Night;

/// <summary>A destination that is being emptied is said with what is still only there, and when it may go.</summary>
public sealed class DrainTests
{
    private static readonly DestinationOptions Casa = new() { Name = "casa", Url = "https://casa.example.org", Token = "t" };

    public static TheoryData<Func<WandaOptions, WandaOptions>, Severity, string> Ways => new()
    {
        { o => o, Severity.Waiting,
            "2 frames freed here still need their copy at altermundi, which is being emptied: they are brought back" },
        { o => o with { Destinations = [o.Destinations[0]] }, Severity.NeedsYou, "and 0 that can prove what they hold stay. Add a" },
        { o => o with { Release = o.Release with { Copies = 2 } }, Severity.NeedsYou,
            "There are to be 2 (release.copies), and 1 that can" },
        { o => o with { Release = o.Release with { When = ReleaseWhen.Never } }, Severity.NeedsYou, "With release.when never" },
    };

    [Theory, MemberData(nameof(Ways))]
    public async Task It_is_said_how_many_are_only_there_and_what_they_wait_for(
        Func<WandaOptions, WandaOptions> configure, Severity severity, string words)
    {
        await using var node = await TestNode.FreedAsync(2);
        await node.RestartAsync(o => configure(Drained(o)));
        var notice = Assert.Single((await node.Get<NightQuery>().ReadAsync(default)).Notices, n => n.Text.Contains("emptied, ")
            || n.Text.Contains("emptied: they"));
        Assert.Equal(severity, notice.Severity);
        Assert.Contains(words, notice.Text);
        Assert.DoesNotContain("left behind", (await node.Get<NightQuery>().ReadAsync(default)).Sentence);
    }

    [Fact]
    public async Task When_the_others_have_all_of_it_it_may_go()
    {
        await using var node = await TestNode.FreedAsync(1);
        await node.RestartAsync(Drained);
        var capture = (await node.Catalogue.Captures.NewestAsync(1, default))[0];
        await node.ProveAsync(capture, "casa");
        var summary = await node.Get<NightQuery>().ReadAsync(default);
        Assert.Equal(Severity.Calm, summary.Severity);
        Assert.StartsWith("No frame freed here is at altermundi alone any more", Assert.Single(summary.Notices).Text);
    }

    [Fact]
    public async Task Nothing_is_said_to_wait_for_it()
    {
        await using var node = await TestNode.FreedAsync(0);
        await node.RestartAsync(Drained);
        var frame = await node.SaveAsync();
        await node.AddCidAsync(frame);
        var detail = await node.Get<CaptureDetailQuery>().FindAsync(frame.Id.ToString(), default);
        Assert.Equal("It is sent to casa.", detail.Next);
        var destination = (await node.Get<DestinationQuery>().ListAsync(default))[0];
        Assert.Equal(("is being emptied", true, false), (destination.State, destination.Drains, destination.Takes));
    }

    private static WandaOptions Drained(WandaOptions options) =>
        options with { Destinations = [options.Destinations[0] with { Drain = true }, Casa] };
}
