using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops.Tests.Release;

/// <summary>Why a proven frame is still here is asked of the policy when it is shown, and said alike wherever it is.</summary>
public sealed class HoldQueryTests
{
    private static readonly DateTimeOffset Three = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, Hold> Words => new()
    {
        { "the configuration says release.when never", new Hold.Never() },
        { "it has no CID yet", new Hold.NoCid() },
        {
            "the clock says 2026-11-20 03:00:00Z, which is before 2026-11-21 03:00:00Z, the newest time on record: it went back. Set it, "
                + "or let NTP set it; if it is right now, and was wrong before, run 'wanda clock accept'",
            new Hold.Clock(new(ClockCode.WentBack, Three.AddDays(-1), Three))
        },
        {
            "the clock says 2026-12-01 03:00:00Z, 10 days after 2026-11-21 03:00:00Z, the newest time on record, and is not synchronised. "
                + "Set it, or let NTP set it; if it is right, run 'wanda clock accept'",
            new Hold.Clock(new(ClockCode.FarAhead, Three.AddDays(10), Three))
        },
        {
            "the clock is not synchronised yet. Connect the network, or set \"clock.requireSync\" to false if this machine keeps time by "
                + "other means",
            new Hold.Clock(new(ClockCode.NotSynchronised, Three, null))
        },
        { "proven in 1 of 2 failure domains", new Hold.TooFewCopies(1, 2) },
        { "proven in 0 of 1 failure domains (a proof names another CID)", new Hold.TooFewCopies(0, 1, Uncounted.OtherCid) },
        {
            "proven in 0 of 1 failure domains (casa is not configured any more, or points elsewhere: what it proved then does not count)",
            new Hold.TooFewCopies(0, 1, Uncounted.Former, "casa")
        },
        {
            "proven in 0 of 1 failure domains (casa is being emptied: what it holds is to be elsewhere first)",
            new Hold.TooFewCopies(0, 1, Uncounted.Leaving, "casa")
        },
        {
            "proven in 0 of 1 failure domains (a proof has expired, or is dated in the future, and waits for renewal)",
            new Hold.TooFewCopies(0, 1, Uncounted.NotInForce)
        },
        {
            "proven in 0 of 1 failure domains (casa missed a copy since: what it proved before is asked for again)",
            new Hold.TooFewCopies(0, 1, Uncounted.Doubted, "casa")
        },
        { "proven in 0 of 1 failure domains (a copy on this machine does not count)", new Hold.TooFewCopies(0, 1, Uncounted.ThisMachine) },
        { "its preview is not made yet", new Hold.Preview() },
        { "casa does not have it yet", new Hold.Unsettled("casa") },
        { "kept for 3 nights, or until space is needed", new Hold.Nights(3) },
    };

    [Theory]
    [MemberData(nameof(Words))]
    public void Each_is_said_in_words(string words, Hold hold) => Assert.Equal(words, HoldWords.Of(hold));

    [Fact]
    public async Task The_list_and_the_page_say_it_at_once_with_nothing_written()
    {
        await using var node = await TestNode.CreateAsync(Trusted);
        var (waits, kept) = (await ProvenAsync(node), await ProvenAsync(node));
        await node.Catalogue.Ledger.ApplyAsync(new Fact.Previewed(kept.Id, null), default);
        Assert.Equal("its preview is not made yet", await WhyAsync(node, waits));
        Assert.Equal("kept for 3 nights, or until space is needed", await WhyAsync(node, kept));
        Assert.Contains("It stays here: its preview is not made yet.", (await PageAsync(node, waits)).Next);
        Assert.Contains("freed when space is needed, or after", (await PageAsync(node, kept)).Next);
        Assert.Null((await node.Catalogue.Captures.GetAsync(waits.Id, default)).HoldReason);
        Assert.DoesNotContain((await PageAsync(node, waits)).Timeline, t => t.Kind == EventKind.Held);
    }

    [Fact]
    public void Every_code_of_a_door_and_of_a_preview_has_words_and_a_sentence_of_before_is_said_as_it_is()
    {
        foreach (var code in Enum.GetValues<DoorCode>())
            Assert.DoesNotContain($"{code}", HoldWords.Of(Coded.Text(code, "detail")));
        Assert.Equal("it could not be freed: Read-only file system: a.fits",
            HoldWords.Of(Coded.Text(DoorCode.NotDeleted, "Read-only file system: a.fits.")));
        Assert.Equal("casa was looked at and does not show what it had proven", HoldWords.Of(Coded.Text(DoorCode.NotShown, "casa")));
        Assert.Equal("not proven yet: 7", HoldWords.Of("not proven yet: 7"));
        Assert.Equal("3: 7", HoldWords.Of("3: 7"));
        foreach (var code in Enum.GetValues<PreviewCode>())
            Assert.DoesNotContain($"{code}", PreviewWords.Of(Coded.Text(code, "detail")));
        Assert.Equal("the file m42/a.fits is missing", PreviewWords.Of(Coded.Text(PreviewCode.FileMissing, "m42/a.fits")));
        Assert.Equal("the file is empty", PreviewWords.Of("the file is empty"));
    }

    [Fact]
    public async Task What_the_door_found_is_said_while_the_policy_lets_the_frame_go()
    {
        await using var node = await TestNode.CreateAsync(
            o => Trusted(o) with { Release = o.Release with { When = ReleaseWhen.Proven } });
        var frame = await ProvenAsync(node);
        await node.Catalogue.Ledger.ApplyAsync(new Fact.Held(frame.Id, Coded.Text(DoorCode.NotDeleted, "Permission denied")), default);
        Assert.Equal("its preview is not made yet", await WhyAsync(node, frame));
        await node.Catalogue.Ledger.ApplyAsync(new Fact.Previewed(frame.Id, null), default);
        Assert.Equal("it could not be freed: Permission denied", await WhyAsync(node, frame));
        Assert.Equal("It stays here: it could not be freed: Permission denied.", (await PageAsync(node, frame)).Next);
    }

    [Fact]
    public async Task A_storage_that_is_not_there_takes_no_page_with_it()
    {
        await using var node = await TestNode.CreateAsync(Trusted);
        var frame = await ProvenAsync(node);
        var away = node.Root.Path + "-away";
        Directory.Move(node.Root.Path, away);
        Assert.Null(await WhyAsync(node, frame));
        Directory.Move(away, node.Root.Path);
        Assert.NotNull(await WhyAsync(node, frame));
    }

    private static WandaOptions Trusted(WandaOptions options) => options with { Clock = options.Clock with { RequireSync = false } };

    private static async Task<string?> WhyAsync(TestNode node, CaptureRecord frame) =>
        (await node.Get<FrameQuery>().ListAsync(FrameFilter.All, null, null, 10, default)).Frames
            .Single(f => f.Id == frame.Id.ToString()).Why;

    private static Task<CaptureDetail> PageAsync(TestNode node, CaptureRecord frame) =>
        node.Get<CaptureDetailQuery>().FindAsync(frame.Id.ToString(), default);

    private static async Task<CaptureRecord> ProvenAsync(TestNode node)
    {
        var capture = await node.SaveAsync();
        await node.AddCidAsync(capture);
        await node.ProveAsync(capture);
        return capture;
    }
}
