using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops.Tests.Night;

/// <summary>Frames that are only where this node does not send any more want somebody, by name, and are not called lost.</summary>
public sealed class LeftBehindTests
{
    private static readonly DestinationOptions Before =
        new() { Name = "altermundi", Url = "https://pin.example.org", Token = "t", FailureDomain = "altermundi" };

    private static readonly DestinationOptions Casa = new() { Name = "casa", Url = "https://casa.example.org", Token = "t" };

    public static TheoryData<DestinationOptions[], string> Ways => new()
    {
        { [Casa], "on 'altermundi', which is no longer configured (wanda https://pin.example.org). Write it" },
        { [], "on 'altermundi', which is no longer configured (wanda https://pin.example.org). Write it" },
        {
            [Casa, Before with { Url = "https://new.example.org" }],
            "where 'altermundi' pointed before (wanda https://pin.example.org). Write that address"
        },
    };

    [Theory, MemberData(nameof(Ways))]
    public async Task It_is_said_whose_they_are_and_what_to_do(DestinationOptions[] today, string words)
    {
        await using var node = await TestNode.FreedAsync(2);
        await node.RestartAsync(o => o with { Destinations = today });
        var summary = await node.Get<NightQuery>().ReadAsync(default);
        Assert.Equal(Severity.NeedsYou, summary.Severity);
        Assert.StartsWith("2 frames freed here are only on 'altermundi' as it was configured before.", summary.Sentence);
        Assert.DoesNotContain("all safe", summary.Sentence);
        Assert.Contains(summary.Notices, n => (n.Severity, n.Link) == (Severity.NeedsYou, "/frames?state=left-behind")
            && n.Text.StartsWith($"2 frames freed here are only {words} into \"destinations\"", StringComparison.Ordinal)
            && n.Text.Contains("with \"drain\": true until they are elsewhere", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_frame_and_its_session_say_the_same()
    {
        await using var node = await TestNode.FreedAsync(1);
        await node.RestartAsync(o => o with { Destinations = [Casa] });
        var frame = Assert.Single((await node.Get<FrameQuery>().ListAsync(FrameFilter.LeftBehind, null, null, 10, default)).Frames);
        Assert.Equal((Severity.NeedsYou, "freed here; only on altermundi as it was configured before"), (frame.Severity, frame.Custody));
        var session = await node.Get<SessionQuery>().FindAsync("m42", default);
        Assert.Equal((Severity.NeedsYou, 1, 0), (session.Severity, session.LeftBehind, session.Lost));
    }

    [Fact]
    public async Task Configured_again_under_any_name_they_are_safe_again()
    {
        await using var node = await TestNode.FreedAsync(1);
        await node.RestartAsync(o => o with { Destinations = [Before with { Url = "https://new.example.org" }] });
        await node.RestartAsync(o => o with { Destinations = [.. o.Destinations, Before with { Name = "drained" }] });
        var summary = await node.Get<NightQuery>().ReadAsync(default);
        Assert.Equal(Severity.Calm, summary.Severity);
        Assert.EndsWith("all safe on drained.", summary.Sentence);
    }
}
