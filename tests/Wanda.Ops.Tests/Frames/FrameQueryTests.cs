using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.Ops.Tests.Frames;

public sealed class FrameQueryTests : IAsyncLifetime
{
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestNode.CreateAsync();

    public Task DisposeAsync() => _node.DisposeAsync().AsTask();

    [Fact]
    public async Task A_frame_is_found_by_what_an_operator_types()
    {
        var capture = await _node.SaveAsync("m42.ha");
        foreach (var what in new[] { capture.Id.ToString(), capture.Id.ToString().ToUpperInvariant(),
            capture.Id.ToString()[..14], "m42.ha/1" })
        {
            Assert.Equal(capture.Id, (await _node.Get<FrameQuery>().FindAsync(what, default)).Capture.Id);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("m42/7")]
    [InlineData("m42/x")]
    [InlineData("ffff")]
    [InlineData("%")]
    [InlineData("../1")]
    public async Task What_names_no_frame_is_answered_with_how_to_name_one(string what)
    {
        await _node.SaveAsync();
        var none = await Assert.ThrowsAsync<NotHereException>(() => _node.Get<FrameQuery>().FindAsync(what, default));
        Assert.Contains("wanda capture ls", none.Message);
    }

    [Fact]
    public async Task A_beginning_that_fits_several_lists_them()
    {
        var at = TimeProvider.System.GetUtcNow();
        var (one, two) = (await _node.SaveAsync(at: at), await _node.SaveAsync(at: at));
        var several = await Assert.ThrowsAsync<OpsException>(() => _node.Get<FrameQuery>().FindAsync(one.Id.ToString()[..8], default));
        Assert.Contains(one.Id.ToString(), several.Message);
        Assert.Contains(two.Id.ToString(), several.Message);
    }

    [Fact]
    public async Task A_frame_that_waits_says_what_for()
    {
        var capture = await _node.SaveAsync();
        await _node.AddCidAsync(capture);
        Assert.Null((await FirstAsync()).Why);
        await _node.Catalogue.Destinations.PauseAsync("altermundi", PauseCode.Outage, "token expired", null, default);
        Assert.Matches("^altermundi is paused: token expired \\(since .*, until you resume it\\)$", (await FirstAsync()).Why!);
    }

    [Fact]
    public async Task A_stuck_frame_says_that_it_is_stuck_and_why()
    {
        await using var bus = await QueueSeed.StartAsync(_node, new QueueSeed.Refusal { Cause = "its file changed" });
        var capture = await _node.SaveAsync();
        await bus.RefuseAsync(_node, capture);
        var frame = await FirstAsync();
        Assert.Equal(
            ("only here", "stuck in computing CIDs: its file changed", Severity.NeedsYou), (frame.Custody, frame.Why, frame.Severity));
        Assert.Contains("wanda queue retry", (await _node.Get<CaptureDetailQuery>().FindAsync("m42/1", default)).Next);
    }

    [Fact]
    public async Task Metadata_that_cannot_be_read_hides_no_frame()
    {
        await _node.SaveAsync(metadata: "not json");
        await _node.SaveAsync(metadata: """["a list"]""");
        await _node.SaveAsync(metadata: """{"filter":"Ha","gain":100,"nothing":null,"filter":"Oiii"}""");
        var frames = (await _node.Get<FrameQuery>().ListAsync(FrameFilter.All, null, null, 10, default)).Frames;
        Assert.Equal(3, frames.Count);
        // By its number: ids made in the same millisecond are in no order.
        Assert.Equal(new Dictionary<string, string> { ["filter"] = "Oiii", ["gain"] = "100" }, frames.Single(f => f.Number == 3).Metadata);
    }

    [Fact]
    public async Task What_comes_next_is_told_at_every_step()
    {
        var capture = await _node.SaveAsync();
        await SaysAsync("Its CID is computed");
        await _node.AddCidAsync(capture);
        await SaysAsync("It is sent to altermundi.");
        await _node.ProveAsync(capture);
        await SaysAsync("It stays here: its preview is not made yet.");
        await _node.Catalogue.Ledger.ApplyAsync(new Fact.Previewed(capture.Id, null), default);
        await SaysAsync("freed when space is needed, or after");
        await _node.ReleaseAsync(capture);
        await SaysAsync("wanda session fetch");

        async Task SaysAsync(string words) =>
            Assert.Contains(words, (await _node.Get<CaptureDetailQuery>().FindAsync("m42/1", default)).Next);
    }

    [Fact]
    public async Task Every_filter_has_a_name_that_leads_back_to_it()
    {
        foreach (var filter in Enum.GetValues<FrameFilter>())
            Assert.Equal(filter, CustodyWords.Filter(CustodyWords.Key(filter)));
        Assert.Null(CustodyWords.Filter("no-such"));
        Assert.Empty((await _node.Get<FrameQuery>().ListAsync(FrameFilter.All, "../etc", null, 10, default)).Frames);
    }

    private async Task<FrameView> FirstAsync() =>
        (await _node.Get<FrameQuery>().ListAsync(FrameFilter.All, null, null, 1, default)).Frames[0];
}
