using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops.Tests.Night;

/// <summary>What needs somebody is in the sentence, once, whatever it is; and what mended the catalogue is said for some days.</summary>
public sealed class NeedsYouTests
{
    private static readonly DateTimeOffset Three = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);
    private readonly TestClock _clock = new(Three);

    [Fact]
    public async Task Each_thing_that_needs_somebody_is_said_once_and_many_are_counted()
    {
        await using var node = await TestNode.CreateAsync(o => o with { Release = o.Release with { Copies = 2 } }, _clock);
        var frame = await node.SaveAsync(at: _clock.Now);
        await node.AddCidAsync(frame);
        await node.ProveAsync(frame, at: _clock.Now);
        Assert.Equal("1 frame tonight, all safe on altermundi. Needs you: too few destinations for release.copies.", await SaysAsync(node));
        Assert.StartsWith("Frames are to be proven in 2 failure domains (release.copies), and the destinations that can are in 1",
            (await node.Get<NightQuery>().ReadAsync(default)).Notices[0].Text);
        await node.Catalogue.Node.StoreKuboAsync(new(true, "It is up.", 1, "Disk full.", Three), default);
        await node.Catalogue.Destinations.JudgedAsync(
            "altermundi", new MachineJudgement(Machine.Unknown, "does not tell"), here: false, default);
        Assert.EndsWith("; and 1 more.", await SaysAsync(node));
    }

    /// <summary>A token, a quota or a wrong disk wait for somebody; an outage and a window wait for a time.</summary>
    [Theory]
    [InlineData(PauseCode.NeedsOperator, "it refuses the token (401). Write a new one", Severity.NeedsYou)]
    [InlineData(PauseCode.NeedsOperator, "the quota is used up. Ask its operator", Severity.NeedsYou)]
    [InlineData(PauseCode.Outage, "503 Service Unavailable", Severity.Waiting)]
    [InlineData(PauseCode.UploadWindow, "22:00-06:00", Severity.Waiting)]
    public async Task A_destination_that_refuses_needs_somebody_and_the_sentence_says_what(
        PauseCode code, string detail, Severity severity)
    {
        await using var node = await TestNode.CreateAsync(time: _clock);
        await node.SaveAsync(at: _clock.Now);
        await node.Catalogue.Destinations.PauseAsync("altermundi", code, detail, Three.AddMinutes(15), default);
        var night = await node.Get<NightQuery>().ReadAsync(default);
        Assert.Equal(severity, night.Severity);
        var brief = $" Needs you: altermundi: {detail.Split(". ")[0]}.";
        Assert.Equal(severity == Severity.NeedsYou, night.Sentence.EndsWith(brief, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_sentence_says_already_is_not_said_again()
    {
        await using var node = await TestNode.CreateAsync(o => o with { Destinations = [] }, _clock);
        await node.SaveAsync(at: _clock.Now);
        Assert.EndsWith("1 only here; when that clears cannot be told yet: no destination is configured.", await SaysAsync(node));
    }

    /// <summary>What is said is known by what it is, and not by words that happen to stand in the sentence.</summary>
    [Fact]
    public void A_need_whose_words_the_sentence_has_for_something_else_is_said()
    {
        var stuck = new Notice(Severity.NeedsYou, "1 stuck in sending to casa.", "/queues/offload-casa")
        {
            Need = new(NeedCode.Stuck, "offload-casa"),
            Brief = "1 stuck in sending to casa",
        };
        var night = new NightSummary
        {
            Sentence = "",
            At = Three,
            Night = NightSpan.Of(Three, TimeZoneInfo.Utc),
            Counts = new() { Frames = 11, OnlyHere = 11 },
            Clear = new(null, "11 stuck in sending to casa-2 until somebody looks")
            {
                StandsStill = true,
                Needs = [new(NeedCode.Stuck, "offload-casa-2")],
            },
            Notices = [stuck],
        };
        Assert.EndsWith("until somebody looks. Needs you: 1 stuck in sending to casa.", NightSentence.Of(night, TimeZoneInfo.Utc));
        night = night with { Notices = [stuck with { Need = new(NeedCode.Stuck, "offload-casa-2") }] };
        Assert.EndsWith("until somebody looks.", NightSentence.Of(night, TimeZoneInfo.Utc));
        Assert.EndsWith("Needs you: 1 stuck in sending to casa.",
            NightSentence.Of(night with { Counts = new() { Frames = 11 } }, TimeZoneInfo.Utc));
    }

    [Fact]
    public async Task A_disk_that_is_full_within_a_night_needs_somebody()
    {
        await using var node = await TestNode.CreateAsync(
            o => o with { Storage = o.Storage with { Floor = new ByteSize(long.MaxValue / 4) } }, _clock);
        await node.SaveAsync(at: _clock.Now);
        Assert.EndsWith(" Needs you: the disk has room for less than a night.", await SaysAsync(node));
    }

    [Theory]
    [InlineData(NodeStoreKind.Catalogue, StoreHarm.Old, "The catalogue was older than the journals beside the frames", Severity.Waiting)]
    [InlineData(NodeStoreKind.Catalogue, StoreHarm.Lost, "The catalogue was not there", Severity.Waiting)]
    [InlineData(NodeStoreKind.Queue, StoreHarm.Damaged, "The queue was damaged", Severity.Calm)]
    public async Task A_store_that_was_made_good_is_said_for_some_days(
        NodeStoreKind store, StoreHarm harm, string words, Severity severity)
    {
        await using var node = await TestNode.CreateAsync(time: _clock);
        await node.Catalogue.Node.MadeGoodAsync(new StoreReport { Store = store, Harm = harm, At = Three, Frames = 2 }, default);
        var notice = Assert.Single((await node.Get<NightQuery>().ReadAsync(default)).Notices);
        Assert.StartsWith(words, notice.Text);
        Assert.Equal(severity, notice.Severity);
        _clock.Now = Three.AddDays(5);
        Assert.Empty((await node.Get<NightQuery>().ReadAsync(default)).Notices);
    }

    private static async Task<string> SaysAsync(TestNode node) => (await node.Get<NightQuery>().ReadAsync(default)).Sentence;
}
