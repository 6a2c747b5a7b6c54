using MassTransit.SqlTransport.Sqlite;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops.Tests.Night;

/// <summary>Law 11: whatever stops capture, proof or release is said first, with since when, why, and what to do.</summary>
public sealed class CaptureStoppedTests
{
    private static readonly DateTimeOffset Three = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);
    private static readonly ByteSize MoreThanAnyDisk = new(long.MaxValue / 4);
    private readonly TestClock _clock = new(Three);

    [Fact]
    public async Task Below_the_floor_it_says_so_first_and_since_when()
    {
        await using var node = await TestNode.CreateAsync(BelowTheFloor, _clock);
        await StoppedSinceAsync(node, 50);
        await SafeFrameAsync(node);
        var summary = await ReadAsync(node);
        Assert.Equal("Capture has stopped since 02:10: there is no room for frames. 1 frame tonight, all safe on altermundi.",
            summary.Sentence);
        Assert.Equal(Severity.CaptureStopped, summary.Severity);
        var notice = Assert.Single(summary.Notices);
        Assert.StartsWith("No frame is taken: only ", notice.Text);
        Assert.Equal((Three.AddMinutes(-50), "Since 02:10."), (notice.Since, notice.SinceWords(Three, TimeZoneInfo.Utc)));
        Assert.Contains("make room there, or lower storage.floor.", notice.Text);
        Assert.Equal(Severity.CaptureStopped, notice.Severity);
    }

    [Theory]
    [InlineData(null, "has no .wanda-storage.json: its disk is not mounted")]
    [InlineData("{\"Id\":\"another\"}", "another disk is mounted there")]
    [InlineData("no JSON", "cannot be read as a storage id file")]
    public async Task Without_its_storage_it_says_so_first_and_what_to_mount(string? idFile, string why)
    {
        await using var node = await TestNode.CreateAsync(time: _clock);
        var file = Path.Combine(node.Root.Path, StorageRoot.IdFileName);
        File.Delete(file);
        if (idFile is not null)
            await File.WriteAllTextAsync(file, idFile);
        await StoppedSinceAsync(node, 15);
        var summary = await ReadAsync(node);
        Assert.Equal("Capture has stopped since 02:45: the storage is not there. No frames yet.", summary.Sentence);
        Assert.Contains(why, Assert.Single(summary.Notices).Text);
        Assert.Equal(Severity.CaptureStopped, summary.Severity);
    }

    [Fact]
    public async Task A_clock_that_is_not_believed_needs_somebody_and_captures_go_on()
    {
        await using var node = await TestNode.CreateAsync(time: _clock);
        await node.Catalogue.Node.SawTimeAsync(Three.AddYears(3), default);
        await StoppedSinceAsync(node, 30);
        var summary = await ReadAsync(node);
        Assert.Equal(("No frames yet. Needs you: nothing is freed, for the clock is not believed.", Severity.NeedsYou),
            (summary.Sentence, summary.Severity));
        var (text, since) = (Assert.Single(summary.Notices).Text, summary.Notices[0].Since);
        Assert.StartsWith("Nothing is freed and no name is signed: the clock says", text);
        Assert.Equal(Three.AddMinutes(-30), since);
        Assert.Contains("wanda clock accept", text);
    }

    [Fact]
    public async Task What_goes_on_again_is_not_said_any_more_and_counts_anew()
    {
        await using var node = await TestNode.CreateAsync(time: _clock);
        var file = Path.Combine(node.Root.Path, StorageRoot.IdFileName);
        File.Move(file, file + ".away");
        await StoppedSinceAsync(node, 50);
        File.Move(file + ".away", file);
        Assert.Equal(Severity.Calm, (await ReadAsync(node)).Severity);
        await node.Get<NodeStops>().RecordAsync(default);
        File.Delete(file);
        await StoppedSinceAsync(node, 5);
        await node.Get<NodeStops>().RecordAsync(default);
        Assert.StartsWith("Capture has stopped since 02:55:", (await ReadAsync(node)).Sentence);
    }

    [Fact]
    public async Task A_watched_folder_that_is_missing_and_a_camera_that_fails_are_said_each()
    {
        await using var node = await TestNode.CreateAsync(time: _clock);
        await SafeFrameAsync(node);
        await ReportAsync(node, "all-sky", 0, SourceState.Running);
        await ReportAsync(node, "inbox", 40, SourceState.Waiting, new(SourceCode.Folder, "/mnt/nina is not there."));
        await ReportAsync(node, "inbox", 0, SourceState.Waiting, new(SourceCode.Folder, "/mnt/nina is not there."));
        var summary = await ReadAsync(node);
        Assert.StartsWith("Capture of inbox has stopped since 02:20. 1 frame tonight, all safe", summary.Sentence);
        Assert.Equal("No frame of inbox is taken: /mnt/nina is not there. It is tried again by itself. Mount or make the "
            + "folder and let this node read it, or change \"watch\" in wanda.json.", Assert.Single(summary.Notices).Text);

        await ReportAsync(node, "all-sky", 0, SourceState.Waiting, new(SourceCode.Camera, "The camera does not answer."));
        summary = await ReadAsync(node);
        Assert.StartsWith("Capture has stopped since 02:20. 1 frame", summary.Sentence);
        Assert.Equal(2, summary.Notices.Count);
        Assert.Equal(Severity.CaptureStopped, summary.Severity);
    }

    [Fact]
    public async Task What_stands_still_for_the_node_s_reason_is_said_once()
    {
        await using var node = await TestNode.CreateAsync(BelowTheFloor, _clock);
        await ReportAsync(node, "inbox", 0, SourceState.Waiting, new(SourceCode.NoRoom, "Only 1 GB are free on /frames."));
        Assert.Single((await ReadAsync(node)).Notices);
        await ReportAsync(node, "inbox", 0, SourceState.Waiting, new(SourceCode.Folder, "/mnt/nina is not there."));
        Assert.Equal(2, (await ReadAsync(node)).Notices.Count);
    }

    [Fact]
    public async Task A_capturing_process_that_is_gone_is_known_by_its_silence()
    {
        await using var node = await TestNode.CreateAsync(time: _clock);
        await ReportAsync(node, "all-sky", 25, SourceState.Running);
        await ReportAsync(node, "inbox", 25, SourceState.Waiting, new(SourceCode.Failed, "an old reason"));
        await ReportAsync(node, "flats", 25, SourceState.Done);
        var summary = await ReadAsync(node);
        Assert.StartsWith("Capture of all-sky and inbox has stopped since 02:35.", summary.Sentence);
        var text = Assert.Single(summary.Notices).Text;
        Assert.Contains("the process that takes its frames does not run. Start it: 'sudo systemctl start wanda'", text);
        await ReportAsync(node, "all-sky", 0, SourceState.Running);
        await ReportAsync(node, "inbox", 0, SourceState.Running);
        Assert.Equal(("No frames yet.", Severity.Calm), ((await ReadAsync(node)).Sentence, (await ReadAsync(node)).Severity));
    }

    [Fact]
    public async Task A_source_that_never_ran_is_said()
    {
        await using var node = await TestNode.CreateAsync(o => o with
        {
            Cameras = [new CameraOptions { Name = "all-sky" }],
            Watch = [new WatchOptions { Path = "/mnt/inbox" }, new WatchOptions { Path = "/mnt/other/inbox" }],
        }, _clock);
        var summary = await ReadAsync(node);
        Assert.Equal(("Capture has not begun. No frames yet.", Severity.CaptureStopped), (summary.Sentence, summary.Severity));
        Assert.StartsWith("No frame of all-sky and inbox and inbox is taken: the process that takes its frames does not run. Start it",
            Assert.Single(summary.Notices).Text);
        await node.Catalogue.Intake.IntroduceAsync("all-sky", SourceKind.Camera, "simulator", default);
        await ReportAsync(node, "inbox", 0, SourceState.Running);
        Assert.StartsWith("Capture of inbox has not begun.", (await ReadAsync(node)).Sentence);
        await node.Catalogue.Intake.ReportAsync(
            "inbox (/mnt/other/inbox)", SourceKind.Folder, "/mnt/other/inbox", SourceState.Running, null, default);
        Assert.Equal(Severity.Calm, (await ReadAsync(node)).Severity);
    }

    [Fact]
    public async Task It_comes_before_a_frame_that_is_lost()
    {
        await using var node = await TestNode.CreateAsync(BelowTheFloor, _clock);
        var capture = await SafeFrameAsync(node);
        await node.ReleaseAsync(capture);
        await node.Catalogue.Ledger.ApplyAsync(new Fact.Revoked("altermundi", capture.Id.ToString(), "a block is missing"), default);
        var summary = await ReadAsync(node);
        Assert.Matches("^Capture has stopped since .*: there is no room for frames. 1 frame was freed here and can be proven nowhere",
            summary.Sentence);
        Assert.Equal(Severity.CaptureStopped, summary.Severity);
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(12, true)]
    public async Task Work_that_nobody_does_is_said(int minutes, bool said)
    {
        _clock.Now = TimeProvider.System.GetUtcNow().AddMinutes(minutes);
        await using var node = await TestNode.CreateAsync(time: _clock);
        await using (var queues = new SqliteQueues(node.Data.QueueConnection)) // by the real clock, as the bus
        {
            await using (var bus = await QueueSeed.StartAsync(node, new()))
            {
                await queues.PauseAsync(QueueNames.IpfsAdd, "made");
                await bus.PublishAsync(await SaveAsync(node), await SaveAsync(node));
            }

            await queues.ResumeAsync(QueueNames.IpfsAdd);
        }

        var queue = Assert.Single(await node.Get<QueueQuery>().ListAsync(default), q => q.Name == QueueNames.IpfsAdd);
        Assert.Equal(said ? ("stands still", Severity.NeedsYou) : ("waiting", Severity.Waiting), (queue.State, queue.Severity));
        Assert.Equal(said, (await ReadAsync(node)).Notices.Any(n => n.Text.StartsWith(
            "Computing CIDs stands still: 2 wait, the oldest for 1", StringComparison.Ordinal) && n.Severity == Severity.NeedsYou));
    }

    [Fact]
    public async Task What_was_seen_and_not_taken_is_counted_with_its_reasons()
    {
        await using var node = await TestNode.CreateAsync(time: _clock);
        _clock.Now = Three.AddHours(-1);
        await node.Catalogue.Intake.RefusedAsync("inbox", new RawName([0x70, 0xe9]), new(RefusalCode.Pipe), 0, default);
        _clock.Now = Three;
        for (var i = 0; i < 2; i++)
        {
            await node.Catalogue.Intake.RefusedAsync(
                "inbox", RawName.FromText($"{i}.fits"), new(RefusalCode.TooLarge, "it can never fit."), 1_000_000, default);
        }

        await node.Catalogue.Intake.RefusedAsync("lake", RawName.FromText("a"), new(RefusalCode.Link), 0, default);
        var notices = (await ReadAsync(node)).Notices;
        Assert.Equal(
            [
                "3 files seen in inbox are not taken: it can never fit (2); it is a pipe, not a file (1).",
                "1 file seen in lake is not taken: it is a link, and links are not followed.",
            ], notices.Select(n => n.Text));
        Assert.All(notices, n => Assert.Equal((Severity.Waiting, "/sources"), (n.Severity, n.Link)));
        Assert.Equal(["Since 02:00.", "Since 03:00:00."], notices.Select(n => n.SinceWords(Three, TimeZoneInfo.Utc)));
    }

    [Fact]
    public async Task Versions_that_were_overwritten_too_soon_are_counted_until_the_night_is_over()
    {
        await using var node = await TestNode.CreateAsync(time: _clock);
        await ReportAsync(node, "inbox", 0, SourceState.Running);
        await node.Catalogue.Intake.MissedAsync("inbox", 1, exactly: true, default);
        Assert.StartsWith("1 version was overwritten or removed before it could be taken, in inbox, the last at 03:00:00.",
            Assert.Single((await ReadAsync(node)).Notices).Text);
        await node.Catalogue.Intake.MissedAsync("inbox", 3, exactly: false, default);
        Assert.StartsWith("At least 4 versions were overwritten or removed before they could be taken, in inbox",
            Assert.Single((await ReadAsync(node)).Notices).Text);
        _clock.Now = Three.AddHours(10);
        await ReportAsync(node, "inbox", 0, SourceState.Running);
        Assert.Empty((await ReadAsync(node)).Notices);
        Assert.StartsWith("At least 4 versions", Assert.Single(await node.Get<SourceQuery>().SourcesAsync(default)).Missed);
    }

    [Theory]
    [InlineData(RefusalCode.Excluded, "*.tmp", "left out: \"exclude\" has *.tmp", true)]
    [InlineData(RefusalCode.NotIncluded, "", "left out: it is none that \"include\" names", true)]
    [InlineData(RefusalCode.OwnFolder, "", "left out: this node, or a destination of it, writes there", true)]
    [InlineData(RefusalCode.Hidden, "", "it is hidden: its name begins with a dot", false)]
    [InlineData(RefusalCode.PathTooLong, "4000", "what lies in it has a path longer than 4000 bytes", false)]
    [InlineData(RefusalCode.Unreadable, "Input/output error.", "it cannot be read: Input/output error", false)]
    [InlineData(RefusalCode.TooLarge, "It has 5 TB.", "It has 5 TB", false)]
    [InlineData(RefusalCode.TooLarge, "5000000000000 1000000000000 1000000000",
        "it has 5 TB and can never be taken: the disk of the frames holds 1 TB in all, of which storage.floor (1 GB) stays free. Put the "
            + "frames on a larger disk", false)]
    [InlineData(RefusalCode.NoRoom, "2000000000 2500000000 1000000000",
        "it has 2 GB, and the disk of the frames has 2.5 GB free, of which storage.floor (1 GB) stays so: it waits for room, and what is "
            + "smaller goes before it. Frames are released as destinations prove them", false)]
    [InlineData(RefusalCode.NoRoom, "2000000000 500000000 1000000000",
        "only 500 MB are free on the disk of the frames, below storage.floor (1 GB): no new frame is taken, so that the databases keep "
            + "working. Frames are released as destinations prove them; free space, or check 'wanda status'", false)]
    public async Task A_refusal_is_told_by_its_code_and_what_the_operator_left_out_is_no_notice(
        RefusalCode code, string detail, string words, bool isLeftOut)
    {
        await using var node = await TestNode.CreateAsync(time: _clock);
        await node.Catalogue.Intake.RefusedAsync("inbox", RawName.FromText("a"), new(code, detail), 0, default);
        var view = Assert.Single((await node.Get<SourceQuery>().ListAsync(default)).Refusals);
        Assert.Equal((code, words), (view.Code, view.Reason));
        Assert.Equal(isLeftOut ? 0 : 1, (await ReadAsync(node)).Notices.Count);
    }

    [Fact]
    public async Task Every_code_of_a_refusal_has_words()
    {
        await using var node = await TestNode.CreateAsync(time: _clock);
        foreach (var code in Enum.GetValues<RefusalCode>())
            await node.Catalogue.Intake.RefusedAsync("inbox", RawName.FromText($"{code}"), new(code, "detail"), 0, default);
        var told = (await node.Get<SourceQuery>().ListAsync(default)).Refusals;
        Assert.Equal(Enum.GetValues<RefusalCode>().Length, told.Count);
        Assert.All(told, view => Assert.NotEmpty(view.Reason));
        // What is not the figures of two of them is a sentence of a version before.
        Assert.Equal([RefusalCode.TooLarge, RefusalCode.NoRoom], told.Where(t => t.Reason == "detail").Select(t => t.Code!.Value).Order());
    }

    private static WandaOptions BelowTheFloor(WandaOptions options) => options with
    {
        Storage = options.Storage with { Floor = MoreThanAnyDisk },
        Release = options.Release with { LowWater = MoreThanAnyDisk },
    };

    /// <summary>One of the node's processes looked some minutes ago.</summary>
    private async Task StoppedSinceAsync(TestNode node, int minutesAgo)
    {
        _clock.Now = Three.AddMinutes(-minutesAgo);
        await node.Get<NodeStops>().RecordAsync(default);
        _clock.Now = Three;
    }

    private async Task ReportAsync(TestNode node, string source, int minutesAgo, SourceState state, SourceTrouble? trouble = null)
    {
        var now = _clock.Now;
        _clock.Now = now.AddMinutes(-minutesAgo);
        await node.Catalogue.Intake.ReportAsync(source, SourceKind.Folder, $"/mnt/{source}", state, trouble, default);
        _clock.Now = now;
    }

    private Task<CaptureRecord> SaveAsync(TestNode node) => node.SaveAsync(at: _clock.Now);

    private async Task<CaptureRecord> SafeFrameAsync(TestNode node)
    {
        var capture = await SaveAsync(node);
        await node.AddCidAsync(capture);
        await node.ProveAsync(capture, at: _clock.Now);
        return capture;
    }

    private static Task<NightSummary> ReadAsync(TestNode node) => node.Get<NightQuery>().ReadAsync(default);
}
