using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops.Tests.Night;

/// <summary>The operator's sentence over a real catalogue and a real queue, with the clock at three in the morning.</summary>
public sealed class NightQueryTests
{
    private static readonly DateTimeOffset Three = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);
    private readonly TestClock _clock = new(Three);

    [Fact]
    public async Task Before_the_first_frame_it_says_so()
    {
        await using var node = await TestNode.CreateAsync(time: _clock);
        var summary = await ReadAsync(node);
        Assert.Equal(("No frames yet.", Severity.Calm), (summary.Sentence, summary.Severity));
    }

    [Fact]
    public async Task It_answers_how_many_are_safe_where_how_many_only_here_and_until_when()
    {
        await using var node = await TestNode.CreateAsync(time: _clock);
        _clock.Now = Three.AddMinutes(-10);
        for (var i = 0; i < 11; i++, _clock.Now += TimeSpan.FromMinutes(1))
            await ProveAsync(node, await SaveAsync(node));
        for (var i = 0; i < 6; i++)
            await SaveAsync(node);
        _clock.Now = Three;
        var summary = await ReadAsync(node);
        Assert.Equal("17 frames tonight, 11 safe on altermundi, 6 only here, clear about 03:06.", summary.Sentence);
        Assert.Equal(Severity.Waiting, summary.Severity);
    }

    /// <summary>Two pictures among a log, settings and a video are two frames; what is only here is said all the same.</summary>
    [Fact]
    public async Task Videos_and_what_lies_beside_pictures_are_no_frames_and_are_worried_about()
    {
        await using var node = await TestNode.CreateAsync(time: _clock);
        for (var i = 0; i < 2; i++)
            await ProveAsync(node, await SaveAsync(node));
        var log = await node.SaveAsync(at: _clock.Now, kind: CaptureKind.Sidecar);
        await node.SaveAsync(at: _clock.Now, kind: CaptureKind.Video);
        var summary = await ReadAsync(node);
        Assert.Equal("2 frames tonight, all safe on altermundi; 2 other files only here.", summary.Sentence);
        Assert.Equal(Severity.Waiting, summary.Severity);
        await ProveAsync(node, log);
        Assert.EndsWith("; 1 other file only here.", (await ReadAsync(node)).Sentence);
        var session = await node.Get<SessionQuery>().FindAsync("m42", default);
        Assert.Equal((2, 2, 0), (session.Frames, session.Safe, session.OnlyHere));
    }

    /// <summary>Law 12: what left before it was held back is said, until it is made anew.</summary>
    [Fact]
    public async Task Archives_that_tell_where_the_telescope_stands_are_said()
    {
        await using var node = await TestNode.CreateAsync(time: _clock);
        await ProveAsync(node, await node.SaveAsync(at: _clock.Now, metadata: """{"siteLatitude":-31.4}"""));
        await ProveAsync(node, await node.SaveAsync("m31", _clock.Now, metadata: """{"gain":1}"""));
        var published = PublishedHeaders.Written([PrivateFact.Coordinates]);
        foreach (var session in (string[])["m42", "m31"])
            await node.Catalogue.Ledger.ApplyAsync(new Fact.Archived(new(session), TestNode.Cid, 1, 1, published), default);
        Assert.StartsWith("1 session archived before tells coordinates", Assert.Single((await ReadAsync(node)).Notices).Text);
        await node.Catalogue.Ledger.ApplyAsync(new Fact.Archived(new("m42"), TestNode.Cid, 1, 1, PublishedHeaders.Written([])), default);
        _clock.Now += TimeSpan.FromMinutes(5); // it is looked through now and then
        Assert.Empty((await ReadAsync(node)).Notices);
        await node.Catalogue.Sessions.NoneTellsOtherwiseAsync([], default);
        Assert.Equal("", (await node.Catalogue.Sessions.FindAsync(new("m31"), default))!.Published);
    }

    [Fact]
    public async Task Without_a_picture_the_night_has_no_frames()
    {
        await using var node = await TestNode.CreateAsync(time: _clock);
        await ProveAsync(node, await node.SaveAsync(at: _clock.Now, kind: CaptureKind.Sidecar));
        var summary = await ReadAsync(node);
        Assert.Equal(("No frames tonight.", Severity.Calm), (summary.Sentence, summary.Severity));
    }

    [Fact]
    public async Task A_paused_destination_is_named_with_its_reason_and_its_next_try()
    {
        await using var node = await TestNode.CreateAsync(time: _clock);
        await SaveAsync(node);
        _clock.Now = Three.AddMinutes(-50);
        await node.Catalogue.Destinations.PauseAsync(
            "altermundi", PauseCode.Outage, "503 Service Unavailable", Three.AddMinutes(15), default);
        _clock.Now = Three;
        var summary = await ReadAsync(node);
        Assert.Equal("1 frame tonight, none safe yet, 1 only here: altermundi is paused, next try 03:15.", summary.Sentence);
        Assert.Equal("altermundi is paused: 503 Service Unavailable (next try 03:15).", Assert.Single(summary.Notices).Text);
    }

    [Fact]
    public async Task Outside_of_its_hours_a_destination_is_named_with_when_they_begin()
    {
        await using var node = await TestNode.CreateAsync(
            o => o with { Destinations = [o.Destinations[0] with { Window = UploadWindow.Parse("04:30-07:00") }] }, _clock);
        await node.AddCidAsync(await SaveAsync(node));
        await node.Queues.PauseAsync("offload-altermundi", PauseCode.UploadWindow, "04:30-07:00", Three.AddMinutes(90), default);
        var summary = await ReadAsync(node);
        Assert.EndsWith("1 only here: altermundi waits for its upload window 04:30-07:00, next 04:30.", summary.Sentence);
        Assert.EndsWith("outside its upload window (04:30-07:00), until 04:30.", Assert.Single(summary.Notices).Text);
        var view = Assert.Single(await node.Get<DestinationQuery>().ListAsync(default));
        Assert.Equal(("waits for its upload window 04:30-07:00, next 04:30", Three.AddMinutes(90)), (view.State, view.NextTryAt));
        var frame = Assert.Single((await node.Get<FrameQuery>().ListAsync(FrameFilter.All, null, null, 10, default)).Frames);
        Assert.Equal("altermundi waits for its upload window 04:30-07:00, next 04:30", frame.Why);
    }

    [Fact]
    public async Task A_months_volume_is_shown_with_what_was_sent_and_when_it_goes_on()
    {
        await using var node = await TestNode.CreateAsync(
            o => o with { Destinations = [o.Destinations[0] with { MonthlyVolume = ByteSize.Parse("20GB") }] }, _clock);
        node.Catalogue.Destinations.AddSent("altermundi", UploadMonth.Of(_clock), 20_100_000_000);
        await node.Catalogue.Ledger.SettleAsync(default);
        await node.Catalogue.Destinations.PauseAsync("altermundi", PauseCode.MonthlyVolume, "20 GB",
            UploadMonth.NextBegins(_clock), default);
        var view = Assert.Single(await node.Get<DestinationQuery>().ListAsync(default));
        Assert.Equal(("20.1 GB of 20 GB this month", PauseCode.MonthlyVolume), (view.Volume, view.PauseCode));
        Assert.Equal("its monthly volume of 20 GB is used up; to go on sooner, raise \"monthlyVolume\" and restart "
            + "(since 03:00:00, next try 1 Dec 00:00)", view.Paused);
    }

    [Fact]
    public async Task What_a_destination_warns_of_is_said()
    {
        await using var node = await TestNode.CreateAsync(time: _clock);
        await node.Catalogue.Destinations.WarnedAsync("altermundi", "the token of dome-1 ends 2026-12-01 03:00 UTC", default);
        var summary = await ReadAsync(node);
        Assert.Equal("altermundi warns: the token of dome-1 ends 2026-12-01 03:00 UTC.", Assert.Single(summary.Notices).Text);
        Assert.Equal(Severity.Waiting, summary.Severity);
    }

    [Theory]
    [InlineData(IpfsMode.Auto, true, 5, null, null, Severity.Calm)]
    [InlineData(IpfsMode.Auto, false, 0, null, null, Severity.Calm)]
    [InlineData(IpfsMode.Auto, false, 5, null, "5 wait for Kubo, and are kept here: It is away.", Severity.Waiting)]
    [InlineData(IpfsMode.Kubo, false, 0, null, "New frames wait for Kubo, as ipfs.mode says: It is away.", Severity.NeedsYou)]
    [InlineData(IpfsMode.Auto, true, 1, "Disk full.", "Kubo does not take all that it should (1 wait): Disk full.", Severity.NeedsYou)]
    public async Task Kubo_is_named_when_something_waits_for_it(
        IpfsMode mode, bool up, int waiting, string? problem, string? words, Severity severity)
    {
        await using var node = await TestNode.CreateAsync(
            o => o with { Ipfs = new() { Mode = mode, Kubo = new() { Url = "http://127.0.0.1:5001" } } }, _clock);
        await node.Catalogue.Node.StoreKuboAsync(new(up, "It is away.", waiting, problem, Three.AddMinutes(-50)), default);
        var summary = await ReadAsync(node);
        Assert.Equal((words, severity), (summary.Notices.SingleOrDefault()?.Text, summary.Severity));
        await node.Catalogue.Node.StoreKuboAsync(null, default);
        Assert.Empty((await ReadAsync(node)).Notices);
    }

    [Fact]
    public async Task Every_destination_is_counted_when_they_differ()
    {
        await using var node = await TestNode.CreateAsync(Add("casa"), _clock);
        var (one, two) = (await SaveAsync(node), await SaveAsync(node));
        await ProveAsync(node, one);
        await ProveAsync(node, two);
        await node.ProveAsync(two, "casa");
        Assert.StartsWith("2 frames tonight, all safe on altermundi (2), casa (1).", (await ReadAsync(node)).Sentence);
    }

    [Fact]
    public async Task Frames_of_earlier_nights_are_not_forgotten()
    {
        await using var node = await TestNode.CreateAsync(time: _clock);
        _clock.Now = Three.AddDays(-4);
        await SaveAsync(node);
        _clock.Now = Three;
        Assert.StartsWith("1 frame in the night of 16 Nov 2026, none safe yet", (await ReadAsync(node)).Sentence);
        await ProveAsync(node, await SaveAsync(node));
        var summary = await ReadAsync(node);
        Assert.Equal(("1 frame tonight, all safe on altermundi; 1 of earlier nights only here too.", Severity.Waiting),
            (summary.Sentence, summary.Severity));
    }

    [Fact]
    public async Task A_copy_that_vanished_after_the_release_comes_first()
    {
        await using var node = await TestNode.CreateAsync(time: _clock);
        var capture = await SaveAsync(node);
        await ProveAsync(node, capture);
        await node.ReleaseAsync(capture);
        await node.Catalogue.Ledger.ApplyAsync(new Fact.Revoked("altermundi", capture.Id.ToString(), "a block is missing"), default);
        var summary = await ReadAsync(node);
        Assert.StartsWith("1 frame was freed here and can be proven nowhere any more.", summary.Sentence);
        Assert.Equal(Severity.Lost, summary.Severity);
    }

    [Fact]
    public async Task A_proof_on_this_machine_counts_in_the_demo_alone_and_the_demo_says_so()
    {
        foreach (var demo in new[] { false, true })
        {
            await using var node = await TestNode.CreateAsync(o => o with { IsDemo = demo }, _clock);
            var capture = await SaveAsync(node);
            await node.AddCidAsync(capture);
            await node.ProveAsync(capture, here: true, at: _clock.Now);
            var summary = await ReadAsync(node);
            Assert.Equal(demo ? 1 : 0, summary.Counts.Safe);
            Assert.Equal(demo, summary.Demo is not null);
        }
    }

    [Fact]
    public async Task What_is_stuck_needs_somebody_and_no_time_is_promised()
    {
        await using var node = await TestNode.CreateAsync();
        await using var bus = await QueueSeed.StartAsync(node, new QueueSeed.Refusal { Cause = "its file changed" });
        var capture = await node.SaveAsync();
        await bus.RefuseAsync(node, capture);
        var summary = await ReadAsync(node);
        Assert.EndsWith("1 only here: 1 stuck in computing CIDs until somebody looks.", summary.Sentence);
        Assert.Equal("1 stuck in computing CIDs. Look at the cause, then retry.", Assert.Single(summary.Notices).Text);
        Assert.Equal(Severity.NeedsYou, summary.Severity);
    }

    [Fact]
    public async Task Everything_that_stands_in_the_way_is_in_the_sentence()
    {
        await using var node = await TestNode.CreateAsync(Add("casa"), _clock);
        await SaveAsync(node);
        await node.Queues.PauseAsync(QueueNames.Offload("casa"), "moving it", Three.AddHours(2));
        await node.Queues.PauseAsync(QueueNames.IpfsAdd, "checking the disk");
        Assert.EndsWith("1 only here: computing CIDs is paused until you resume it.", (await ReadAsync(node)).Sentence);
        await node.Catalogue.Destinations.PauseAsync("altermundi", PauseCode.Outage, "503", Three.AddMinutes(15), default);
        Assert.EndsWith("1 only here: computing CIDs is paused until you resume it; no destination is sent to now, next try 03:15.",
            (await ReadAsync(node)).Sentence);
    }

    [Fact]
    public async Task Without_a_destination_it_says_what_to_write()
    {
        await using var node = await TestNode.CreateAsync(o => o with { Destinations = [] }, _clock);
        await SaveAsync(node);
        var summary = await ReadAsync(node);
        Assert.EndsWith("cannot be told yet: no destination is configured.", summary.Sentence);
        Assert.Contains("\"destinations\" in wanda.json", Assert.Single(summary.Notices).Text);
    }

    [Fact]
    public async Task A_service_that_cannot_prove_is_said_to_be_none_that_frees_a_frame()
    {
        var psa = new DestinationOptions
        {
            Name = "psa",
            Kind = "pinning-service",
            Url = "https://psa.example.org",
            CarUrl = "https://psa.example.org/car",
            Token = "t",
            Public = true,
        };
        await using var alone = await TestNode.CreateAsync(o => o with { Destinations = [psa] }, _clock);
        Assert.StartsWith("No destination can prove what it holds, so no frame is ever released.",
            Assert.Single((await ReadAsync(alone)).Notices).Text);
        var view = Assert.Single(await alone.Get<DestinationQuery>().ListAsync(default));
        Assert.Equal((false, null), (view.GivesProof, view.Proof));

        // Beside one that can, nothing is wrong; what each can is said with it.
        await using var beside = await TestNode.CreateAsync(o => o with { Destinations = [.. o.Destinations, psa] }, _clock);
        Assert.Empty((await ReadAsync(beside)).Notices);
        Assert.Equal([true, false], (await beside.Get<DestinationQuery>().ListAsync(default)).Select(d => d.GivesProof));
    }

    [Fact]
    public async Task A_queue_that_an_operator_paused_is_named_with_his_reason()
    {
        await using var node = await TestNode.CreateAsync();
        await node.Queues.PauseAsync(QueueNames.Release, "checking the disk");
        Assert.Contains("checking the disk", Assert.Single((await ReadAsync(node)).Notices).Text);
    }

    private static Func<WandaOptions, WandaOptions> Add(string name) => options => options with
    {
        Destinations =
        [
            .. options.Destinations,
            new DestinationOptions { Name = name, Url = $"https://{name}.example.org", Token = "t", FailureDomain = name },
        ],
    };

    private Task<CaptureRecord> SaveAsync(TestNode node) => node.SaveAsync(at: _clock.Now);

    private async Task ProveAsync(TestNode node, CaptureRecord capture)
    {
        await node.AddCidAsync(capture);
        await node.ProveAsync(capture, at: _clock.Now);
    }

    private static Task<NightSummary> ReadAsync(TestNode node) => node.Get<NightQuery>().ReadAsync(default);
}
