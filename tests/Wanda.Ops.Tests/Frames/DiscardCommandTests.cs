using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.Ops.Tests.Frames;

public sealed class DiscardCommandTests : IAsyncLifetime
{
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestNode.CreateAsync();

    public Task DisposeAsync() => _node.DisposeAsync().AsTask();

    [Fact]
    public async Task What_would_be_lost_is_said_before_the_word_is_given()
    {
        var capture = await SentAsync();
        await SentAsync(); // a twin
        var preview = await Command.PreviewAsync("m42/1", default);
        Assert.Equal((true, 1), (preview.Here, preview.Twins));
        Assert.Equal(["altermundi"], preview.Destinations);
        Assert.Contains("erased for ever from this node, altermundi", preview.Sentence);
        Assert.Contains("1 other frame with the same content stays", preview.Sentence);
        Assert.Null((await _node.Catalogue.Captures.FindAsync(capture.Id, default))!.DiscardedAt);
    }

    [Theory]
    [InlineData("kubo", true)]
    [InlineData("wanda", false)]
    public async Task Where_it_can_be_read_after_it_was_unpinned_that_is_said(string kind, bool stays)
    {
        await using var node = await TestNode.CreateAsync(o => o with
        {
            Destinations = [o.Destinations[0] with { Kind = kind, Public = kind == "kubo" }],
        });
        var capture = await node.SaveAsync();
        await node.AddCidAsync(capture);
        await node.ProveAsync(capture);
        var sentence = (await node.Get<DiscardCommand>().PreviewAsync("m42/1", default)).Sentence;
        Assert.Equal(stays, sentence.Contains("until the operator collects", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_word_is_on_record_with_who_and_why_in_the_catalogue_and_beside_the_frames()
    {
        var capture = await SentAsync();
        await Command.RunAsync("m42/1", "ana@dome", " a lamp was on ", default);
        var row = (await _node.Catalogue.Captures.FindAsync(capture.Id, default))!;
        Assert.Equal(("ana@dome", "a lamp was on"), (row.DiscardedBy, row.DiscardReason));
        var lines = new List<JournalEntry>();
        await foreach (var line in SessionJournal.ReadAsync(_node.Root.FolderOf(capture.Session), default))
            lines.Add(line);
        Assert.Equal("a lamp was on", Assert.Single(lines.OfType<JournalEntry.FrameDiscarded>()).Reason);
        var shown = await _node.Get<CaptureDetailQuery>().FindAsync("m42/1", default);
        Assert.Contains(shown.Timeline, t => t is { Kind: EventKind.Discarded, Detail: "ana@dome: a lamp was on" });
        Assert.Equal("It is erased from this node and altermundi, as soon as that can be reached.", shown.Next);
        await _node.Catalogue.Ledger.ApplyAsync(new Fact.Erased(capture.Id), default);
        Assert.Equal("It is erased from altermundi, as soon as that can be reached.",
            (await _node.Get<CaptureDetailQuery>().FindAsync("m42/1", default)).Next);
        await Assert.ThrowsAsync<OpsException>(() => Command.RunAsync("m42/1", "eva@dome", "again", default));
    }

    [Theory]
    [InlineData(""), InlineData("  ")]
    public async Task Without_a_reason_nothing_is_discarded(string reason)
    {
        var capture = await SentAsync();
        await Assert.ThrowsAsync<OpsException>(() => Command.RunAsync("m42/1", "ana@dome", reason, default));
        Assert.Null((await _node.Catalogue.Captures.FindAsync(capture.Id, default))!.DiscardedAt);
    }

    private DiscardCommand Command => _node.Get<DiscardCommand>();

    private async Task<CaptureRecord> SentAsync()
    {
        var capture = await _node.SaveAsync();
        await _node.AddCidAsync(capture);
        await _node.ProveAsync(capture);
        return capture;
    }
}
