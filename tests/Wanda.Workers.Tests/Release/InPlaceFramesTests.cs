using System.Security.Cryptography;
using MassTransit;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Workers.Discard;
using Wanda.Workers.Release;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Release;

/// <summary>
/// A frame whose file is a link into another program's folder goes the way of any other, and only the link goes with it. What is not as it
/// was saved is its guard's to decide about: nothing is proven of it, and no worker calls it lost.
/// </summary>
public sealed class InPlaceFramesTests : NodeTest
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-in-place-").FullName;

    protected override WandaOptions Configure(WandaOptions options) =>
        options with { Release = options.Release with { When = ReleaseWhen.Never } };

    [Fact]
    public async Task Its_link_goes_by_proof_and_the_file_stays_for_its_own_door()
    {
        var frame = await SaveAsync("a.fits", await TestFrames.FitsAsync());
        await Node.UntilProvenAsync(frame);
        await Eventually.HoldsAsync(
            async () => (await Node.FrameAsync(frame)).Preview == PreviewState.Ready, "its preview", Node.StateAsync);
        await Node.RestartAsync(o => o with { Release = o.Release with { When = ReleaseWhen.Proven } });
        await Node.UntilReleasedAsync(frame);
        Assert.Null(LinkOf(frame));
        Assert.Equal(await TestFrames.FitsAsync(), await File.ReadAllBytesAsync(Original("a.fits")));
        Assert.Equal(OriginalState.Here, (await Node.FrameAsync(frame)).Original);
        Assert.Equal(await TestFrames.FitsAsync(), await Server.GetAsync((await Node.FrameAsync(frame)).Cid!));
    }

    /// <summary>A link without a guard, as while the producer is down.</summary>
    [Theory]
    [InlineData("written over before it was read")]
    [InlineData("written over")]
    [InlineData("renamed")]
    public async Task What_is_not_as_it_lay_is_proven_to_nobody_and_waits(string what)
    {
        await Proxy.DownAsync();
        var frame = await SaveAsync("a.fits", TestFrames.Noise(3000, 1), announce: false);
        if (what == "written over before it was read")
            await File.WriteAllBytesAsync(Original("a.fits"), TestFrames.Noise(3000, 2));
        await Node.Get<IBus>().Publish(frame.ToSaved());
        if (what == "written over before it was read")
            await Eventually.HoldsAsync(async () => (await Node.QueueAsync(QueueNames.IpfsAdd))?.Scheduled > 0, "it to wait");
        else
            await Node.UntilPausedAsync();
        if (what == "written over")
            await File.WriteAllBytesAsync(Original("a.fits"), TestFrames.Noise(3000, 2));
        if (what == "renamed")
            File.Move(Original("a.fits"), Original("b.fits"));
        await Proxy.UpAsync();
        for (var n = 0; n < 4; n++)
        {
            Node.Time.Advance(TimeSpan.FromMinutes(6));
            await Node.UntilQuietAsync();
        }

        Assert.Empty(await Node.ProofsAsync(frame));
        Assert.Null((await Node.FrameAsync(frame)).FileLostAt);
        Assert.DoesNotContain($"{PreviewCode.FileMissing}", (await Node.FrameAsync(frame)).PreviewReason ?? "", StringComparison.Ordinal);
        Assert.All(await Node.Queues.ListAsync(), q => Assert.Equal(0, q.Error));

        // Its guard copies what it holds.
        File.Delete(Node.Root.Resolve(frame.Path));
        await File.WriteAllBytesAsync(Node.Root.Resolve(frame.Path), TestFrames.Noise(3000, 1));
        await Node.Catalogue.Ledger.ApplyAsync(
            new Fact.CopiedOut(frame.Id, ModifiedNs(Node.Root.Resolve(frame.Path)), 0, OriginalCopied.OpenedForWriting), default);
        await Node.PassUntilAsync(
            async () => (await Node.ProofsAsync(frame)).Count > 0, TimeSpan.FromMinutes(6), 20, "proven as it was saved");
        Assert.Equal(TestFrames.Noise(3000, 1), await Server.GetAsync((await Node.FrameAsync(frame)).Cid!));
    }

    /// <summary>What its disk damaged, and nobody wrote to, is lost like any other, and its bytes are brought back as a file.</summary>
    [Fact]
    public async Task What_its_disk_damaged_is_told_and_brought_back_beside_it()
    {
        var frame = await SaveAsync("a.fits", TestFrames.Noise(3000, 1));
        await Node.UntilProvenAsync(frame);
        await Node.UntilQuietAsync();
        Assert.Null(await Node.Get<FrameFiles>().WrongAsync(frame, everyByte: true, default)); // its inode is known from here on
        var at = File.GetLastWriteTimeUtc(Original("a.fits"));
        await using (var file = File.OpenWrite(Original("a.fits")))
            await file.WriteAsync(TestFrames.Noise(10, 3));
        File.SetLastWriteTimeUtc(Original("a.fits"), at);
        var wrong = await Node.Get<FrameFiles>().WrongAsync(await Node.FrameAsync(frame), everyByte: true, default);
        Assert.Contains("damaged", wrong, StringComparison.Ordinal);
        Assert.NotNull((await Node.FrameAsync(frame)).FileLostAt);
        await Node.PassUntilAsync(
            async () => (await Node.FrameAsync(frame)).FileLostAt is null, TimeSpan.FromMinutes(20), 20, "it to be back");
        Assert.Null(LinkOf(frame));
        Assert.Equal(TestFrames.Noise(3000, 1), await File.ReadAllBytesAsync(Node.Root.Resolve(frame.Path)));
        Assert.Equal(OriginalState.Here, (await Node.FrameAsync(frame)).Original);
    }

    [Fact]
    public async Task A_discarded_one_goes_from_here_and_its_program_keeps_its_file()
    {
        var frame = await SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilProvenAsync(frame);
        await Node.Catalogue.Ledger.ApplyAsync(
            new Fact.Discarded(frame.Id, Node.Time.GetUtcNow(), "ana@dome", "a lamp was on"), default);
        await Node.Get<DiscardDoor>().EraseAsync(await Node.FrameAsync(frame));
        await Eventually.HoldsAsync(async () => (await Node.FrameAsync(frame)).ErasedAt is not null, "erased", Node.StateAsync);
        Assert.Null(LinkOf(frame));
        Assert.Equal(TestFrames.Noise(3000), await File.ReadAllBytesAsync(Original("a.fits")));
    }

    /// <summary>Law 6: its door frees nothing; its file goes a moment later, and no more frames go for it meanwhile.</summary>
    [Fact]
    public async Task For_want_of_space_no_more_go_than_are_needed()
    {
        const int size = 100_000;
        long free = 5_000_000;
        await Node.RestartAsync(o => o with
        {
            Release = o.Release with
            {
                When = ReleaseWhen.Space,
                LowWater = new ByteSize(1_000_000),
                HighWater = new ByteSize(1_200_000),
                Interval = TimeSpan.FromDays(1), // the test runs the rounds
            },
        });
        Node.FreeBytes = () => free;
        await Node.RestartAsync();
        List<CaptureRecord> frames = [];
        for (var n = 0; n < 6; n++)
        {
            frames.Add(await SaveAsync($"{n}.bin", TestFrames.Noise(size, n)));
            await Node.UntilProvenAsync(frames[^1]);
        }

        await Node.UntilQuietAsync();
        free = 950_000; // 1.25 MB once three are freed
        await Node.Get<ReleaseRound>().ConsiderAllAsync(default);
        await Node.Get<ReleaseRound>().ConsiderAllAsync(default);
        Assert.InRange(frames.Count(f => LinkOf(f) is null), 3, 4); // the last is on record along with the next write
        // Those whose files do not go after all are no room.
        Node.Time.Advance(TimeSpan.FromMinutes(2));
        await Node.Get<ReleaseRound>().ConsiderAllAsync(default);
        Assert.Equal(6, frames.Count(f => LinkOf(f) is null));
    }

    private string? LinkOf(CaptureRecord frame) => new FileInfo(Node.Root.Resolve(frame.Path)).LinkTarget;

    private static long ModifiedNs(string path) => (File.GetLastWriteTimeUtc(path) - DateTime.UnixEpoch).Ticks * 100;

    private string Original(string name) => Path.Combine(_folder, name);

    private async Task<CaptureRecord> SaveAsync(string name, byte[] bytes, bool announce = true)
    {
        await Node.Catalogue.Ledger.ApplyAsync(new Fact.SessionOpened(TestNode.Session, SessionKind.Camera), default);
        await File.WriteAllBytesAsync(Original(name), bytes);
        File.SetLastWriteTimeUtc(Original(name), new DateTime(2026, 11, 2, 3, 4, 5, DateTimeKind.Utc));
        var path = $"{TestNode.Session}/{name}";
        Directory.CreateDirectory(Node.Root.FolderOf(TestNode.Session));
        File.CreateSymbolicLink(Node.Root.Resolve(path), Original(name));
        var now = Node.Time.GetUtcNow();
        var capture = await Node.Catalogue.Ledger.ApplyAsync(new Fact.Saved(new CaptureRecord
        {
            Id = CaptureId.New(Node.Time),
            Session = TestNode.Session,
            FileName = name,
            Path = path,
            SizeBytes = bytes.Length,
            ModifiedNs = ModifiedNs(Original(name)),
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
            Format = Path.GetExtension(name).TrimStart('.'),
            Source = "pi",
            SourcePath = RawName.FromText(name),
            SourceKey = $"1.0.0.0.{bytes.Length}.1.{name}",
            Original = OriginalState.InPlace,
            TakenAt = now,
            SavedAt = now,
            ClockTrusted = true,
        }), default);
        if (announce)
            await Node.Get<IBus>().Publish(capture.ToSaved());
        return capture;
    }
}
