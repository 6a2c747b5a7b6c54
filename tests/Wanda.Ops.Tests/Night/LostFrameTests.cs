using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.Ops.Tests.Night;

/// <summary>
/// A frame that exists nowhere is called lost, with what happened to it, on every page; one that was discarded asks for nothing.
/// </summary>
public sealed class LostFrameTests : IAsyncLifetime
{
    private const string Missing = "its file m42/1.fits is missing, and it was not released: look for who removed it";
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestNode.CreateAsync();

    public Task DisposeAsync() => _node.DisposeAsync().AsTask();

    [Theory]
    [InlineData(Missing)]
    [InlineData("its file m42/1.fits was changed after it was saved")]
    [InlineData("its file m42/1.fits is damaged on this disk: it holds other bytes than were saved, and nobody wrote to it")]
    public async Task What_went_before_it_was_sent_is_lost_and_it_is_said_how(string why)
    {
        var frame = await _node.SaveAsync();
        await _node.Catalogue.Ledger.ApplyAsync(new Fact.FileLost(frame.Id, why), default);
        var night = await ReadAsync();
        Assert.Equal("1 frame is lost: not here as saved any more, and proven nowhere. 1 frame tonight, 1 lost.", night.Sentence);
        Assert.Equal((Severity.Lost, 1, 0), (night.Severity, night.Lost, night.AtRisk));
        Assert.Equal((Severity.Lost, "/frames?state=lost"), (night.Notices[0].Severity, night.Notices[0].Link));
        Assert.Null(night.Clear);
        var detail = await DetailAsync(frame);
        Assert.Equal(("lost: not here as it was saved, and proven nowhere", why, "lost", Severity.Lost),
            (detail.Frame.Custody, detail.Frame.Why, detail.Frame.Short, detail.Frame.Severity));
        Assert.Equal($"Nothing by itself: no destination ever took it. If you have the file as it was saved, put it back as {frame.Path}: "
            + "that is noticed by itself, and it is sent.", detail.Next);
    }

    [Fact]
    public async Task Beside_others_it_is_told_apart_from_those_that_were_freed()
    {
        var (gone, freed, here) = (await _node.SaveAsync(), await SafeAsync(), await _node.SaveAsync());
        await _node.Catalogue.Ledger.ApplyAsync(new Fact.FileLost(gone.Id, Missing), default);
        await _node.ReleaseAsync(freed);
        await _node.Catalogue.Ledger.ApplyAsync(new Fact.Revoked("altermundi", freed.Id.ToString(), "a block is missing"), default);
        var night = await ReadAsync();
        Assert.StartsWith("1 frame was freed here and can be proven nowhere any more. 1 frame is lost: not here as saved any more, and "
            + "proven nowhere. 3 frames tonight, none safe yet, 2 lost, 1 only here", night.Sentence);
        Assert.Equal("lost: freed here, and proven nowhere any more", (await DetailAsync(freed)).Frame.Custody);
        Assert.Equal(here.Id.ToString(), Assert.Single(await ListAsync(FrameFilter.OnlyHere)).Id);
        Assert.Equal(2, (await ListAsync(FrameFilter.Lost)).Count);
    }

    [Theory]
    [InlineData(0, 1, "1 file that is no frame is lost: not here as saved any more")]
    [InlineData(1, 1, "1 frame and 1 other file are lost: not here as saved any more")]
    [InlineData(2, 2, "2 frames and 2 other files are lost: not here as saved any more")]
    public async Task What_is_no_frame_is_not_called_one_when_it_is_lost(int frames, int others, string words)
    {
        for (var i = 0; i < frames + others; i++)
        {
            var file = await _node.SaveAsync(kind: i < frames ? CaptureKind.Frame : CaptureKind.Sidecar);
            await _node.Catalogue.Ledger.ApplyAsync(new Fact.FileLost(file.Id, Missing), default);
        }

        var night = await ReadAsync();
        Assert.StartsWith(words, night.Sentence);
        Assert.StartsWith(words, night.Notices[0].Text);
        Assert.Equal((frames, others, frames + others), (night.LostFiles, night.OthersLostFiles, night.Lost));
    }

    [Fact]
    public async Task One_that_is_safe_elsewhere_is_not_called_freed_when_its_file_went()
    {
        var frame = await SafeAsync();
        await _node.Catalogue.Ledger.ApplyAsync(new Fact.FileLost(frame.Id, Missing), default);
        var detail = await DetailAsync(frame);
        Assert.Equal(("safe on altermundi, not here as it was saved", Missing, "safe, not here"),
            (detail.Frame.Custody, detail.Frame.Why, detail.Frame.Short));
        Assert.StartsWith("It is brought back from altermundi", detail.Next);
        Assert.EndsWith("1 frame tonight, all safe on altermundi.", (await ReadAsync()).Sentence);
    }

    [Fact]
    public async Task A_frame_that_is_stuck_and_lost_is_lost_and_nobody_is_told_to_try_again()
    {
        await using var bus = await QueueSeed.StartAsync(_node, new QueueSeed.Refusal { Cause = Missing });
        var frame = await _node.SaveAsync();
        await bus.RefuseAsync(_node, frame);
        await _node.Catalogue.Ledger.ApplyAsync(new Fact.FileLost(frame.Id, Missing), default);
        var detail = await DetailAsync(frame);
        Assert.Equal((Severity.Lost, Missing), (detail.Frame.Severity, detail.Frame.Why));
        Assert.DoesNotContain("retry", detail.Next);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_discarded_frame_asks_for_nothing(bool fileLost)
    {
        var refusal = new QueueSeed.Refusal { Cause = "its file changed" };
        await using var bus = await QueueSeed.StartAsync(_node, refusal);
        var frame = await _node.SaveAsync();
        await bus.RefuseAsync(_node, frame);
        if (fileLost)
            await _node.Catalogue.Ledger.ApplyAsync(new Fact.FileLost(frame.Id, Missing), default);
        refusal.Cause = null;
        await _node.Get<DiscardCommand>().RunAsync(frame.Id.ToString(), "ana", "a lamp was on", default);
        var detail = await DetailAsync(frame);
        Assert.Equal(("discarded", "a lamp was on", "discarded", false, Severity.Calm),
            (detail.Frame.Custody, detail.Frame.Why, detail.Frame.Short, detail.Frame.IsStuck, detail.Frame.Severity));
        Assert.DoesNotContain("retry", detail.Next);
        await Eventually.HoldsAsync(async () => (await _node.Queues.FindAsync(Hosting.QueueNames.IpfsAdd))?.Error == 0,
            "what was stuck of it to be gone");
        Assert.Empty((await ReadAsync()).Notices);
    }

    private async Task<CaptureRecord> SafeAsync()
    {
        var frame = await _node.SaveAsync();
        await _node.AddCidAsync(frame);
        await _node.ProveAsync(frame);
        return frame;
    }

    private Task<NightSummary> ReadAsync() => _node.Get<NightQuery>().ReadAsync(default);

    private Task<CaptureDetail> DetailAsync(CaptureRecord frame) => _node.Get<CaptureDetailQuery>().FindAsync(frame.Id.ToString(), default);

    private async Task<IReadOnlyList<FrameView>> ListAsync(FrameFilter filter) =>
        (await _node.Get<FrameQuery>().ListAsync(filter, null, null, 10, default)).Frames;
}
