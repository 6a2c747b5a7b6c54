using System.Text.Json;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Workers.Discard;
using Wanda.Workers.Reconcile;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Discard;

/// <summary>Law 2's second door: an operator's word is carried out everywhere, survives everything, and is never undone.</summary>
public sealed class DiscardTests : NodeTest
{
    private const string By = "ana@dome";
    private const string Reason = "a lamp was on";

    protected override WandaOptions Configure(WandaOptions options) =>
        options with { Release = options.Release with { When = ReleaseWhen.Never } };

    [Fact]
    public async Task A_discarded_frame_goes_everywhere_and_its_twin_stays()
    {
        var bytes = await TestFrames.FitsAsync();
        var frame = await ProvenAsync("a.fits", bytes);
        var twin = await ProvenAsync("b.fits", bytes);
        await Eventually.HoldsAsync(async () => (await Node.FrameAsync(frame)).Preview == PreviewState.Ready,
            "the preview", Node.StateAsync);
        await Node.EndSessionAsync();
        await ArchiveHoldsAsync("a.fits", "b.fits");

        await DiscardAsync(frame);
        await UntilGoneAsync(frame);
        var row = await Node.FrameAsync(frame);
        Assert.Equal((By, Reason), (row.DiscardedBy, row.DiscardReason));
        Assert.False(File.Exists(Node.Get<DataFolder>().PreviewOf(frame.Id)));
        await Eventually.HoldsAsync(async () => (await Node.Catalogue.Events.OfAsync(frame.Id.ToString(), 100, default)).Select(e => e.Kind)
            .Intersect([EventKind.Discarded, EventKind.Erased, EventKind.Unpinned]).Count() == 3, "the timeline to tell", Node.StateAsync);
        await ArchiveHoldsAsync("b.fits");

        Assert.True(File.Exists(Node.Root.Resolve(twin.Path)));
        Assert.Single(await Node.ProofsAsync(twin));
        Assert.Equal(1, await PinsAtServerAsync(twin));
        Assert.Equal(bytes, await Server.GetAsync(row.Cid!));
        Assert.NotNull(await Node.Get<IIpfsNode>().FindAsync(Cid.Parse(row.Cid!), default));
    }

    [Theory]
    [InlineData(3000)]
    [InlineData(2000)]
    public async Task Other_bytes_that_lie_in_its_place_by_then_stay(int bytes)
    {
        var frame = await ProvenAsync("a.fits", TestFrames.Noise(3000));
        var path = Node.Root.Resolve(frame.Path);
        File.Delete(path);
        await File.WriteAllBytesAsync(path, TestFrames.Noise(bytes, 2));
        await DiscardAsync(frame);
        await Eventually.HoldsAsync(async () => (await Node.FrameAsync(frame)).ErasedAt is not null, "erased", Node.StateAsync);
        Assert.Equal(TestFrames.Noise(bytes, 2), await File.ReadAllBytesAsync(path));
        Assert.Contains(await Node.Catalogue.Events.OfAsync(frame.Id.ToString(), 100, default), e => e.Detail.Contains("and stays"));
    }

    [Fact]
    public async Task Nothing_heals_a_discarded_frame()
    {
        var frame = await ProvenAsync("a.fits", TestFrames.Noise(3000));
        await DiscardAsync(frame);
        await UntilGoneAsync(frame);
        foreach (var queue in new[] { QueueNames.Thumbnail, QueueNames.IpfsAdd })
            await Node.SendAsync(queue, frame.ToSaved());
        await Node.SendAsync(QueueNames.Offload(TestNode.Destination), (await Node.FrameAsync(frame)).ToAdded());
        await Node.Get<Reconciler>().RunAsync(default);
        await Node.UntilQuietAsync();
        await AssertGoneAsync(frame);

        // Nor does a catalogue that was lost: the word lies beside the frames.
        await Node.StopAsync();
        foreach (var file in Directory.GetFiles(Node.Data, "catalogue.db*").Concat(Directory.GetFiles(Node.Data, "queue.db*")))
            File.Delete(file);
        await Node.StartAsync();
        Assert.Equal((By, Reason), ((await Node.FrameAsync(frame)).DiscardedBy, (await Node.FrameAsync(frame)).DiscardReason));
        await Node.UntilQuietAsync();
        await UntilErasedAsync(frame);
        await AssertGoneAsync(frame);
    }

    [Fact]
    public async Task A_destination_that_is_down_is_told_when_it_is_back()
    {
        var frame = await ProvenAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilQuietAsync();
        await Proxy.DownAsync();
        await DiscardAsync(frame);
        await Node.UntilPausedAsync();
        Assert.NotNull((await Node.FrameAsync(frame)).ErasedAt);
        Assert.Equal(1, await PinsAtServerAsync(frame));
        await Node.RestartAsync();
        await Proxy.UpAsync();
        await Node.PassUntilAsync(async () => await PinsAtServerAsync(frame) == 0, TimeSpan.FromMinutes(3), 8, "let go after the outage");
    }

    [Theory]
    [InlineData("/v0/car"), InlineData("/v0/possession")]
    public async Task What_was_on_its_way_when_the_word_came_goes_too(string path)
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Proxy.Fault = async context =>
        {
            if (context.Request.Path != path)
                return false;
            arrived.TrySetResult();
            await go.Task;
            return false;
        };
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await DiscardAsync(frame);
        go.SetResult();
        await Node.UntilQuietAsync();
        await Node.Get<DiscardRound>().RunAsync(default);
        await UntilGoneAsync(frame);
        await Node.UntilQuietAsync();
        Assert.All(await Node.Queues.ListAsync(), q => Assert.Equal(0, q.Error + q.Skipped + q.DeadLetter));
    }

    /// <summary>The door's steps, one after another; the process dies after each of them.</summary>
    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public async Task A_crash_after_any_step_is_finished_at_the_next_start(int steps)
    {
        var frame = await ProvenAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilQuietAsync();
        var (root, catalogue) = (Node.Root, Node.Catalogue);
        await Node.Queues.PauseAsync(QueueNames.Offload(TestNode.Destination), "the test looks");
        await catalogue.Ledger.ApplyAsync(new Fact.Discarded(frame.Id, Node.Time.GetUtcNow(), By, Reason), default);
        Func<Task>[] door =
        [
            () => SessionJournal.AppendAsync(root.FolderOf(frame.Session),
                new JournalEntry.FrameDiscarded { Id = frame.Id, At = Node.Time.GetUtcNow(), By = By, Reason = Reason }, default),
            () => Node.Get<IIpfsNode>().UnpinAsync(frame.Id.ToString()),
            () => Task.Run(() => File.Delete(root.Resolve(frame.Path))),
            () => Task.Run(() => File.Delete(Node.Get<DataFolder>().PreviewOf(frame.Id))),
        ];
        foreach (var step in door.Take(steps))
            await step();
        await Node.RestartAsync();
        await Node.Queues.ResumeAsync(QueueNames.Offload(TestNode.Destination));
        await UntilGoneAsync(frame);
    }

    [Fact]
    public async Task The_door_opens_on_an_operators_word_alone()
    {
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Assert.ThrowsAsync<ArgumentException>(() => Node.Get<DiscardDoor>().EraseAsync(frame));
        Assert.True(File.Exists(Node.Root.Resolve(frame.Path)));
    }

    private async Task<CaptureRecord> ProvenAsync(string name, byte[] bytes)
    {
        var frame = await Node.SaveAsync(name, bytes);
        await Node.UntilProvenAsync(frame);
        return frame;
    }

    private async Task DiscardAsync(CaptureRecord frame)
    {
        Assert.True(await Node.Catalogue.Ledger.ApplyAsync(new Fact.Discarded(frame.Id, Node.Time.GetUtcNow(), By, Reason), default));
        await Node.Get<DiscardRound>().RunAsync(default);
    }

    private Task UntilErasedAsync(CaptureRecord frame) =>
        Eventually.HoldsAsync(async () => (await Node.FrameAsync(frame)).ErasedAt is not null, "the bytes to be erased", Node.StateAsync);

    private async Task UntilGoneAsync(CaptureRecord frame)
    {
        await UntilErasedAsync(frame);
        await Eventually.HoldsAsync(
            async () => await Node.Catalogue.Custody.FindPushAsync(TestNode.Destination, frame.Id.ToString(), default) is null,
            "the destination to be through", Node.StateAsync);
        await Eventually.HoldsAsync(async () => await PinsAtServerAsync(frame) == 0, "the server to let go", Node.StateAsync);
        await AssertGoneAsync(frame);
    }

    private async Task AssertGoneAsync(CaptureRecord frame)
    {
        Assert.NotNull((await Node.FrameAsync(frame)).DiscardedAt);
        Assert.False(File.Exists(Node.Root.Resolve(frame.Path)));
        Assert.Equal(0, await PinsAtServerAsync(frame));
        Assert.Empty(await Node.Get<BlockStore>().PinsAsync(frame.Id.ToString()));
    }

    private async Task<int> PinsAtServerAsync(CaptureRecord frame)
    {
        using var json = JsonDocument.Parse(await Server.GetTextAsync($"v0/pins?capture={frame.Id}"));
        return json.RootElement.GetProperty("pins").GetArrayLength();
    }

    private async Task ArchiveHoldsAsync(params string[] names)
    {
        await Eventually.HoldsAsync(async () =>
        {
            var session = await Node.Catalogue.Sessions.FindAsync(TestNode.Session, default);
            if (session?.DirectoryCid is not { } directory)
                return false;
            var entries = new List<string>();
            await foreach (var entry in UnixFsReader.ListAsync(Node.Get<IIpfsNode>(), Cid.Parse(directory)))
                entries.Add(entry.Name);
            if (entries.Order().SequenceEqual([.. names, SessionMetadata.FileName]))
                return true;
            foreach (var due in await Node.Catalogue.Sessions.DueForArchiveAsync(default))
                await Node.SendAsync(QueueNames.SessionArchive, new SessionArchiveDue { Session = due.Name });
            return false;
        }, $"an archive of {string.Join(", ", names)}", Node.StateAsync);
    }
}
