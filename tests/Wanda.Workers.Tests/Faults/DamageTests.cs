using MassTransit.SqlTransport.Sqlite;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Workers.Audit;
using Wanda.Workers.Reconcile;
using Wanda.Workers.Release;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Faults;

/// <summary>Law 2: the CID is of the bytes that were saved; what was damaged here since goes nowhere and is freed by no proof.</summary>
public sealed class DamageTests : NodeTest
{
    private static readonly byte[] Saved = TestFrames.Noise(700_000);

    protected override WandaOptions Configure(WandaOptions options) => options with
    {
        Release = options.Release with { When = ReleaseWhen.Never },
        Audit = options.Audit with { Sample = 0, Interval = TimeSpan.FromDays(30) }, // the test runs the rounds
    };

    [Theory]
    [InlineData("a bit flipped", "damaged on this disk")]
    [InlineData("written anew", "was changed after it was saved")]
    [InlineData("gone", "is missing")]
    [InlineData("a folder in its place", "is missing")]
    [InlineData("a link to itself in its place", "is missing")]
    [InlineData("a pipe in its place", "is missing")]
    public async Task What_changed_before_its_cid_is_never_added_and_said_once(string what, string words)
    {
        var frame = await Node.SaveAsync("a.bin", Saved, announce: false);
        await KnowAsync(frame);
        Harm(frame, what);
        await Node.SendAsync(QueueNames.IpfsAdd, frame.ToSaved());
        await Eventually.HoldsAsync(async () => (await Node.QueueAsync(QueueNames.IpfsAdd))!.Error > 0, "the error", Node.StateAsync);
        await Node.UntilQuietAsync();
        var row = await Node.FrameAsync(frame);
        Assert.Null(row.Cid);
        Assert.Contains(words, row.FileLostWhy);
        Assert.Empty(await Node.Get<BlockStore>().PinsAsync());
        if (what is "a bit flipped" or "written anew")
            Assert.Equal(Saved.Length, new FileInfo(Node.Root.Resolve(frame.Path)).Length);
        Assert.Equal((1, 0), (await Node.Catalogue.Reports.CountFramesAsync(FrameFilter.Lost, null, true, default),
            (await Node.Catalogue.Reports.OnlyHereAsync(true, default)).OnlyHere));

        // Nobody tries again by itself, also when the operator cleared the errors away.
        await Node.Queues.PurgeAsync(QueueNames.IpfsAdd, SqliteQueuePart.Error);
        for (var i = 0; i < 3; i++)
            await Node.Get<Reconciler>().RunAsync(default);
        await Node.UntilQuietAsync();
        Assert.Equal(0, (await Node.QueueAsync(QueueNames.IpfsAdd))!.Error);
        Assert.Single(await TimelineAsync(frame), e => e.Kind == EventKind.Failed && e.Detail.Contains(words, StringComparison.Ordinal));
        Assert.Empty(Proxy.Uploaded);

        // Put back as it was saved, it is a frame as any other.
        Clear(Node.Root.Resolve(frame.Path));
        await File.WriteAllBytesAsync(Node.Root.Resolve(frame.Path), Saved);
        await Node.Get<Reconciler>().RunAsync(default);
        await Node.Get<Reconciler>().RunAsync(default);
        await Node.UntilProvenAsync(frame);
        Assert.Null((await Node.FrameAsync(frame)).FileLostAt);
    }

    [Fact]
    public async Task One_frame_whose_place_leads_elsewhere_holds_up_no_other()
    {
        var odd = await Node.SaveAsync("a.bin", TestFrames.Noise(3000, 1));
        var gone = await Node.SaveAsync("b.bin", TestFrames.Noise(3000, 2));
        await Node.UntilProvenAsync(odd);
        await Node.UntilProvenAsync(gone);
        await Node.UntilQuietAsync();
        Harm(odd, "a link in its place");
        Harm(gone, "gone");
        await Node.Get<Reconciler>().RunAsync(default);
        Assert.NotNull((await Node.FrameAsync(odd)).FileLostAt);
        Assert.NotNull((await Node.FrameAsync(gone)).FileLostAt);
    }

    [Theory]
    [InlineData("a bit flipped", "damaged on this disk")]
    [InlineData("gone", "is missing")]
    [InlineData("a link to itself in its place", "is missing")]
    [InlineData("a pipe in its place", "is missing")]
    public async Task What_changed_after_its_cid_is_not_sent_and_waits_for_nobody(string what, string words)
    {
        var offload = QueueNames.Offload(TestNode.Destination);
        await Node.Queues.PauseAsync(offload, "the test looks");
        var frame = await Node.SaveAsync("a.bin", Saved);
        await Eventually.HoldsAsync(async () => (await Node.FrameAsync(frame)).Cid is not null, "its CID", Node.StateAsync);
        await KnowAsync(frame);
        Harm(frame, what);
        await Node.Queues.ResumeAsync(offload);
        await Eventually.HoldsAsync(
            async () => (await Node.FrameAsync(frame)).FileLostWhy?.Contains(words) == true, words, Node.StateAsync);
        await Node.UntilQuietAsync();
        Assert.Equal(0, (await Node.QueueAsync(offload))!.Error);
        Assert.Empty(await Node.ProofsAsync(frame));
        Assert.Equal(1, await Node.Catalogue.Reports.CountFramesAsync(FrameFilter.Lost, null, true, default));
    }

    [Theory]
    [InlineData("a bit flipped")]
    [InlineData("written anew")]
    [InlineData("gone")]
    [InlineData("a folder in its place")]
    [InlineData("a link in its place")]
    [InlineData("a link to itself in its place")]
    [InlineData("a pipe in its place")]
    public async Task What_changed_after_it_was_proven_is_put_aside_and_the_right_one_fetched(string what)
    {
        var frame = await Node.SaveAsync("a.bin", Saved);
        await Node.UntilProvenAsync(frame);
        await Node.UntilQuietAsync();
        await KnowAsync(frame);
        Harm(frame, what);
        var harmed = what is "a bit flipped" or "written anew" ? await File.ReadAllBytesAsync(Node.Root.Resolve(frame.Path)) : null;
        // The door itself: nothing but what the test asks for frees or fetches a frame while it looks.
        Assert.NotNull(await Node.Get<ReleaseDoor>().ReleaseAsync(
            await Node.FrameAsync(frame), await Node.ProofsAsync(frame), default));
        Assert.Null((await Node.FrameAsync(frame)).ReleasingAt);
        Assert.NotNull((await Node.FrameAsync(frame)).FileLostAt);
        // The destination's copy is right.
        Assert.Equal(0, await Node.Catalogue.Reports.CountFramesAsync(FrameFilter.Lost, null, true, default));

        await Node.Get<AuditRound>().RunAsync(default);
        Assert.Equal(Saved, await File.ReadAllBytesAsync(Node.Root.Resolve(frame.Path)));
        Assert.Null((await Node.FrameAsync(frame)).FileLostAt);
        var others = (await Node.Catalogue.Captures.OfSessionAsync(TestNode.Session, default)).Where(c => c.Id != frame.Id).ToList();
        Assert.Equal(harmed is null ? 0 : 1, others.Count);
        foreach (var other in others)
            Assert.Equal(harmed, await File.ReadAllBytesAsync(Node.Root.Resolve(other.Path)));
        await Node.RestartAsync(o => o with { Release = o.Release with { When = ReleaseWhen.Proven } });
        await Node.UntilReleasedAsync(frame);
        foreach (var other in others)
            await Node.UntilReleasedAsync(other); // proven as what it is
    }

    /// <summary>Its row knows its inode, as the producer's do; and its time as .NET can set it.</summary>
    private async Task KnowAsync(CaptureRecord frame)
    {
        var path = Node.Root.Resolve(frame.Path);
        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path));
        Assert.Null(await Node.Get<FrameFiles>().WrongAsync(await Node.FrameAsync(frame), everyByte: true, default));
    }

    private void Harm(CaptureRecord frame, string what)
    {
        var path = Node.Root.Resolve(frame.Path);
        if (what is not ("a bit flipped" or "written anew"))
        {
            File.Move(path, path + ".elsewhere");
            if (what == "a folder in its place")
                Directory.CreateDirectory(path);
            else if (what == "a link in its place")
                File.CreateSymbolicLink(path, path + ".elsewhere");
            else if (what == "a link to itself in its place")
                File.CreateSymbolicLink(path, path);
            else if (what == "a pipe in its place")
                System.Diagnostics.Process.Start("mkfifo", [path]).WaitForExit();
            return;
        }

        var time = File.GetLastWriteTimeUtc(path);
        using (var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Position = 300_000;
            var value = file.ReadByte();
            file.Position = 300_000;
            file.WriteByte((byte)(value ^ 4));
        }

        // A disk that flips a bit leaves size, time and inode as they were.
        File.SetLastWriteTimeUtc(path, what == "a bit flipped" ? time : time.AddMinutes(1));
    }

    private static void Clear(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path);
        else
            File.Delete(path);
    }

    private Task<IReadOnlyList<CustodyEvent>> TimelineAsync(CaptureRecord frame) =>
        Node.Catalogue.Events.OfAsync(frame.Id.ToString(), 100, default);
}
