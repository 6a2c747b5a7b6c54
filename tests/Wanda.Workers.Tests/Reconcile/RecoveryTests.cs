using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Workers.Reconcile;
using Wanda.Workers.Release;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Reconcile;

/// <summary>Laws 3, 5 and 7: no work twice, and every store from the others.</summary>
public sealed class RecoveryTests : NodeTest
{
    [Fact]
    public async Task Every_message_twice_and_out_of_order_leads_to_the_same()
    {
        var frame = await Node.SaveAsync("a.fits", await TestFrames.FitsAsync(), announce: false);
        // Events of what has not happened yet: nobody acts on them.
        await Node.SendAsync(QueueNames.Offload(TestNode.Destination),
            new CaptureAdded { CaptureId = frame.Id, Session = frame.Session, Cid = "x", SizeBytes = 1 });
        await Node.SendAsync(QueueNames.Release,
            new CaptureProven { CaptureId = frame.Id, Session = frame.Session, Cid = "x", Destination = TestNode.Destination });
        await Node.SendAsync(QueueNames.Offload(TestNode.Destination),
            new SessionArchived { Session = frame.Session, DirectoryCid = "x", Frames = 1 });
        await Node.UntilQuietAsync();
        Assert.Empty(await Node.ProofsAsync(frame));
        Assert.Null((await Node.FrameAsync(frame)).ReleasingAt);

        for (var i = 0; i < 2; i++)
        {
            await Node.SendAsync(QueueNames.IpfsAdd, frame.ToSaved());
            await Node.SendAsync(QueueNames.Thumbnail, frame.ToSaved());
        }

        await Node.UntilReleasedAsync(frame);
        await Node.EndSessionAsync();
        await Eventually.HoldsAsync(async () => (await Node.Catalogue.Node.NamesAsync(default)).Any(n => n.PublishedAt is not null),
            "the name", Node.StateAsync);
        await Node.UntilQuietAsync();
        var before = await CountsAsync();
        var released = await Node.FrameAsync(frame);
        for (var i = 0; i < 2; i++)
        {
            await Node.SendAsync(QueueNames.Release, new ThumbnailCreated { CaptureId = frame.Id, Session = frame.Session });
            await Node.SendAsync(QueueNames.Release,
                new CaptureProven
                {
                    CaptureId = frame.Id,
                    Session = frame.Session,
                    Cid = released.Cid!,
                    Destination = TestNode.Destination,
                });
            await Node.SendAsync(QueueNames.Offload(TestNode.Destination), released.ToAdded());
            await Node.SendAsync(QueueNames.IpfsAdd, frame.ToSaved());
            await Node.SendAsync(QueueNames.Thumbnail, frame.ToSaved());
            await Node.EndSessionAsync();
        }

        await Node.UntilQuietAsync();
        Assert.Equal(before, await CountsAsync());
        Assert.Equal(released, await Node.FrameAsync(frame));
        Assert.Single(Proxy.Uploaded);
        Assert.All(await Node.Queues.ListAsync(), q => Assert.Equal(0, q.Error + q.Skipped + q.DeadLetter));
    }

    [Fact]
    public async Task What_is_said_of_a_capture_that_nobody_knows_is_let_go()
    {
        var nobody = CaptureId.New(Node.Time);
        var saved = new CaptureSaved { CaptureId = nobody, Session = TestNode.Session, Number = 1, SizeBytes = 1, SavedAt = default };
        await Node.SendAsync(QueueNames.Thumbnail, saved);
        await Node.SendAsync(QueueNames.IpfsAdd, saved);
        await Node.SendAsync(QueueNames.Offload(TestNode.Destination),
            new CaptureAdded { CaptureId = nobody, Session = TestNode.Session, Cid = "x", SizeBytes = 1 });
        await Node.SendAsync(
            QueueNames.Offload(TestNode.Destination), new CaptureDiscarded { CaptureId = nobody, Session = TestNode.Session });
        await Node.SendAsync(QueueNames.Release,
            new CaptureProven { CaptureId = nobody, Session = TestNode.Session, Cid = "x", Destination = TestNode.Destination });
        await Node.UntilQuietAsync();
        Assert.All(await Node.Queues.ListAsync(), q => Assert.Equal(0, q.Scheduled + q.Error + q.Skipped + q.DeadLetter));
    }

    [Fact]
    public async Task Reconciler_adds_no_message_for_work_that_has_one()
    {
        var offload = QueueNames.Offload(TestNode.Destination);
        foreach (var queue in new[] { QueueNames.Thumbnail, QueueNames.IpfsAdd, offload })
            await Node.Queues.PauseAsync(queue, "the test looks");
        var ready = await Node.SaveAsync("ready.fits", TestFrames.Noise(1000));
        var silent = await Node.SaveAsync("silent.fits", TestFrames.Noise(1000, 2), announce: false);
        for (var i = 0; i < 3; i++)
            await Node.Get<Reconciler>().RunAsync(default);
        Assert.Equal(2, (await Node.QueueAsync(QueueNames.IpfsAdd))!.Ready);
        Assert.Equal(2, (await Node.QueueAsync(QueueNames.Thumbnail))!.Ready);

        // In error: it waits for the operator.
        File.Delete(Node.Root.Resolve(silent.Path));
        await Node.Queues.ResumeAsync(QueueNames.IpfsAdd);
        await Eventually.HoldsAsync(async () => (await Node.QueueAsync(QueueNames.IpfsAdd))!.Error == 1, "the error", Node.StateAsync);
        await Eventually.HoldsAsync(async () => (await Node.FrameAsync(ready)).Cid is not null, "the other frame", Node.StateAsync);
        await Node.UntilQuietAsync();
        await Node.Get<Reconciler>().RunAsync(default);
        var queue2 = await Node.QueueAsync(QueueNames.IpfsAdd);
        Assert.Equal((0, 0, 1), (queue2!.Ready, queue2.Scheduled, queue2.Error));
        Assert.Equal(1, (await Node.QueueAsync(offload))!.Ready);

        // Scheduled: it comes back by itself.
        await Proxy.DownAsync();
        await Node.Queues.ResumeAsync(offload);
        await Eventually.HoldsAsync(async () => (await Node.QueueAsync(offload))!.Scheduled == 1, "the redelivery", Node.StateAsync);
        await Node.Get<Reconciler>().RunAsync(default);
        Assert.Equal((0, 1), ((await Node.QueueAsync(offload))!.Ready, (await Node.QueueAsync(offload))!.Scheduled));
    }

    [Fact]
    public async Task An_ended_session_without_frames_is_left_alone()
    {
        await Node.Catalogue.Ledger.ApplyAsync(new Fact.SessionOpened(TestNode.Session, SessionKind.Camera), default);
        await Node.Catalogue.Ledger.ApplyAsync(new Fact.SessionEnded(TestNode.Session), default);
        var before = (await Node.QueueAsync(QueueNames.SessionArchive))!.TotalEnqueued;
        for (var i = 0; i < 3; i++)
        {
            await Node.Get<Reconciler>().RunAsync(default);
            Node.Time.Advance(TimeSpan.FromMinutes(16));
            await Node.UntilQuietAsync();
        }

        Assert.Equal(before, (await Node.QueueAsync(QueueNames.SessionArchive))!.TotalEnqueued);
    }

    [Fact]
    public async Task A_lost_queue_is_filled_again_from_the_catalogue()
    {
        await Proxy.DownAsync();
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilPausedAsync();
        await Node.StopAsync();
        foreach (var file in Directory.GetFiles(Node.Data, "queue.db*"))
            File.Delete(file);
        await Proxy.UpAsync();
        await Node.StartAsync();
        await Node.UntilReleasedAsync(frame);
        Assert.Single(Proxy.Uploaded);
    }

    [Fact]
    public async Task A_lost_catalogue_is_rebuilt_from_the_journals()
    {
        var released = await Node.SaveAsync("a.fits", await TestFrames.FitsAsync());
        await Node.UntilReleasedAsync(released);
        await Proxy.DownAsync();
        var waiting = await Node.SaveAsync("b.fits", TestFrames.Noise(3000));
        await Node.UntilPausedAsync();
        await Node.UntilQuietAsync();
        var before = await Node.FrameAsync(released);
        await Node.StopAsync();
        foreach (var file in Directory.GetFiles(Node.Data, "catalogue.db*"))
            File.Delete(file);
        await Proxy.UpAsync();
        await Node.StartAsync();
        var after = await Node.FrameAsync(released);
        Assert.Equal((before.Cid, before.Number, before.Sha256), (after.Cid, after.Number, after.Sha256));
        Assert.NotNull(after.ReleasedAt);
        Assert.Single(await Node.ProofsAsync(released));
        await Node.PassUntilAsync(() => Node.IsReleasedAsync(waiting), TimeSpan.FromMinutes(6), 8, "the other frame goes on");
        // Its preview outlived the catalogue.
        await Eventually.HoldsAsync(async () => (await Node.FrameAsync(released)).Preview == PreviewState.Ready,
            "the preview", Node.StateAsync);
        Assert.Equal(2, Proxy.Uploaded.Count);
    }

    [Fact]
    public async Task A_power_cut_that_takes_the_newest_of_the_catalogue_loses_no_work()
    {
        var frame = await Node.SaveAsync("a.fits", await TestFrames.FitsAsync(), announce: false);
        await Node.StopAsync();
        var before = Directory.GetFiles(Node.Data, "catalogue.db*").ToDictionary(f => f, File.ReadAllBytes);
        await Node.StartAsync();
        await Node.Queues.PauseAsync(QueueNames.Release, "the test looks");
        await Node.UntilProvenAsync(frame);
        await Eventually.HoldsAsync(async () => (await Node.FrameAsync(frame)).Preview == PreviewState.Ready,
            "the preview", Node.StateAsync);
        await Node.UntilQuietAsync();
        await Node.StopAsync();
        // Of the catalogue the frame alone had been waited for. Queue, index and previews, which are on disk, tell of more.
        foreach (var file in Directory.GetFiles(Node.Data, "catalogue.db*"))
            File.Delete(file);
        foreach (var (file, bytes) in before)
            await File.WriteAllBytesAsync(file, bytes);
        await Node.StartAsync();
        await Node.Queues.ResumeAsync(QueueNames.Release);
        await Node.UntilReleasedAsync(frame);
        await Node.UntilQuietAsync();
        var row = await Node.FrameAsync(frame);
        Assert.Equal(PreviewState.Ready, row.Preview);
        Assert.Equal(row.Cid, Assert.Single(await Node.ProofsAsync(frame)).Cid);
        var pins = System.Text.Json.Nodes.JsonNode.Parse(await Server.GetTextAsync("v0/pins"))!["pins"]!.AsArray();
        Assert.Single(pins, p => (string?)p!["capture"] == frame.Id.ToString());
    }

    [Fact]
    public async Task A_lost_journal_is_written_again_and_rebuilds_the_catalogue()
    {
        var frame = await Node.SaveAsync("a.fits", await TestFrames.FitsAsync());
        await Node.UntilReleasedAsync(frame);
        await Node.UntilQuietAsync();
        var before = await Node.FrameAsync(frame);
        var proofs = await Node.ProofsAsync(frame);
        var journal = SessionFolder.Journal(Node.Root.FolderOf(frame.Session));
        File.Delete(journal);
        for (var i = 0; i < 2; i++)
            await Node.Get<Reconciler>().RunAsync(default);
        Assert.Equal(4, (await File.ReadAllLinesAsync(journal)).Length); // saved, added, proven, released; and not twice

        await Node.StopAsync();
        foreach (var file in Directory.GetFiles(Node.Data, "catalogue.db*"))
            File.Delete(file);
        await Node.StartAsync();
        var after = await Node.FrameAsync(frame);
        Assert.Equal((before.Cid, before.Number, before.ReleasedAt), (after.Cid, after.Number, after.ReleasedAt));
        // The journal's proof is asked for again.
        Assert.Equal(proofs.Select(p => (p.Destination, p.Cid)), (await Node.ProofsAsync(frame)).Select(p => (p.Destination, p.Cid)));
    }

    [Theory]
    [InlineData("nothing was done")]
    [InlineData("unpinned")]
    [InlineData("deleted")]
    public async Task A_release_that_a_crash_interrupted_is_finished(string crashed)
    {
        await Node.Queues.PauseAsync(QueueNames.Release, "the test looks");
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilProvenAsync(frame);
        await Node.UntilQuietAsync();
        Assert.Null(await Node.OpenDoorAsync(frame));
        if (crashed != "nothing was done")
            await Node.Get<IIpfsNode>().UnpinAsync(frame.Id.ToString());
        if (crashed == "deleted")
            File.Delete(Node.Root.Resolve(frame.Path));
        await Node.RestartAsync();
        await Node.UntilReleasedAsync(frame);
        Assert.False(File.Exists(Node.Root.Resolve(frame.Path)));
        Assert.DoesNotContain(await Node.Catalogue.Events.OfAsync(frame.Id.ToString(), 100, default), e => e.Detail.Contains("is missing"));
        Assert.Single(Proxy.Uploaded);
    }

    [Fact]
    public async Task One_frame_that_cannot_be_released_does_not_hold_up_the_others()
    {
        await Node.Queues.PauseAsync(QueueNames.Release, "the test looks");
        var stuck = await Node.SaveAsync("a.fits", TestFrames.Noise(3000, 1));
        var other = await Node.SaveAsync("b.fits", TestFrames.Noise(3000, 2));
        await Node.UntilProvenAsync(stuck);
        await Node.UntilProvenAsync(other);
        await Node.UntilQuietAsync();
        // A folder in the file's place: it is there, and cannot be deleted as a file.
        Assert.Null(await Node.OpenDoorAsync(stuck));
        var journal = Path.Combine(Node.Root.FolderOf(stuck.Session), "a.fits");
        File.Delete(journal);
        Directory.CreateDirectory(journal);
        await Node.Get<ReleaseRound>().ConsiderAllAsync(default);
        Assert.True(await Node.IsReleasedAsync(other));
    }

    [Fact]
    public async Task Newer_archives_and_roots_replace_the_pins_of_older_ones()
    {
        for (var i = 1; i <= 3; i++)
        {
            var frame = await Node.SaveAsync($"f{i}.fits", TestFrames.Noise(2000, i));
            await Node.UntilReleasedAsync(frame);
            await Node.UntilQuietAsync();
            var last = (await Node.Catalogue.Sessions.FindAsync(TestNode.Session, default))?.Revision ?? 0;
            await Node.SendAsync(QueueNames.SessionArchive, new SessionArchiveDue { Session = TestNode.Session });
            await Eventually.HoldsAsync(async () => (await Node.Catalogue.Node.NamesAsync(default)).Any(n => n.PublishedAt is not null
                && n.Sequence == last + 1), "the name", Node.StateAsync);
            await Node.UntilQuietAsync();
        }

        // Here: one archive and one root, each with its own few blocks.
        var owners = (await Node.Get<BlockStore>().PinsAsync()).Select(p => p.Owner).ToList();
        Assert.Single(owners, "ipns/root");
        Assert.Single(owners.Where(o => o.StartsWith("session/", StringComparison.Ordinal)).Distinct());
        // There: three frames, one archive, one root.
        var pins = System.Text.Json.Nodes.JsonNode.Parse(await Server.GetTextAsync("v0/pins"))!;
        Assert.Equal(5, pins["pins"]!.AsArray().Count);
        var name = Assert.Single(await Node.Catalogue.Node.NamesAsync(default));
        Assert.Equal(3, name.Sequence);
        // Nothing new: nothing is signed.
        await Node.Get<Reconciler>().RunAsync(default);
        await Node.UntilQuietAsync();
        Assert.Equal(3, Assert.Single(await Node.Catalogue.Node.NamesAsync(default)).Sequence);
    }

    private async Task<(long, long, long, long, long)> CountsAsync() => (
        await Node.CountAsync("SELECT count(*) FROM captures"), await Node.CountAsync("SELECT count(*) FROM pins"),
        await Node.CountAsync("SELECT count(*) FROM proofs"), await Node.CountAsync("SELECT count(*) FROM archives"),
        await Node.CountAsync("SELECT sequence FROM ipns"));
}
