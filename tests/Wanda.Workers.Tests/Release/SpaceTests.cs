using Microsoft.Extensions.Logging.Abstractions;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Workers.Release;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Release;

/// <summary>Law 6: disk full is a state, not a crash.</summary>
public sealed class SpaceTests : NodeTest
{
    private const int Frame = 100_000;
    private long _others;

    protected override WandaOptions Configure(WandaOptions options) => options with
    {
        Release = options.Release with
        {
            When = ReleaseWhen.Space,
            LowWater = new ByteSize(1_000_000),
            HighWater = new ByteSize(1_250_000),
            Interval = TimeSpan.FromDays(1), // the test runs the rounds
        },
    };

    [Fact]
    public async Task Frames_go_from_low_water_until_high_water_and_in_order()
    {
        List<CaptureRecord> frames = []; // a new one each time: the workers look at it too
        _others = 2_000_000;
        Node.FreeBytes = () => _others - frames.Count(f => File.Exists(Node.Root.Resolve(f.Path))) * Frame;
        for (var i = 0; i < 6; i++)
        {
            frames = [.. frames, await Node.SaveAsync($"{i}.bin", TestFrames.Noise(Frame, i))];
            await Node.UntilProvenAsync(frames[^1]);
        }

        await Node.UntilQuietAsync();
        await RoundAsync();
        Assert.Empty(await GoneAsync(frames)); // 1.4 MB free
        _others = 1_650_000; // 1.05 MB free: between the marks, and nothing goes yet
        await RoundAsync();
        Assert.Empty(await GoneAsync(frames));
        // One that another domain has as well goes first, then the oldest.
        await Node.Catalogue.Ledger.ApplyAsync(new Fact.Proven((await Node.ProofsAsync(frames[4]))[0] with
        {
            Id = Guid.NewGuid().ToString(),
            FailureDomain = "nas",
        }), default);
        _others = 1_550_000; // 0.95 MB
        await RoundAsync();
        Assert.Equal(["4.bin", "0.bin", "1.bin"], await GoneAsync(frames)); // 1.25 MB
        Assert.False(await Node.Catalogue.Node.IsDrainingAsync(default));
    }

    [Fact]
    public async Task The_direction_survives_a_restart()
    {
        Node.FreeBytes = () => 900_000;
        await RoundAsync();
        Node.FreeBytes = () => 1_100_000;
        await Node.RestartAsync();
        Assert.True(await Node.Get<DiskSpace>().IsDrainingAsync(default));
        Node.FreeBytes = () => 1_300_000;
        Assert.False(await Node.Get<DiskSpace>().IsDrainingAsync(default));
    }

    [Fact]
    public async Task Want_of_space_is_no_proof()
    {
        Node.FreeBytes = () => 0;
        await Proxy.DownAsync();
        var frame = await Node.SaveAsync("a.bin", TestFrames.Noise(Frame));
        await Node.UntilPausedAsync();
        await RoundAsync();
        Assert.True(File.Exists(Node.Root.Resolve(frame.Path)));
    }

    [Fact]
    public async Task Previews_wait_while_space_is_low_and_an_operators_pause_is_left_alone()
    {
        Node.FreeBytes = () => 900_000;
        await RoundAsync();
        var pause = (await Node.QueueAsync(QueueNames.Thumbnail))!.Paused;
        Assert.Equal((PauseCode.LittleSpace, "900 KB"), (pause!.Why(), pause!.Reason));
        Assert.NotNull(pause.Until); // a process that dies leaves none behind
        Node.FreeBytes = () => 1_100_000;
        await RoundAsync();
        Assert.NotNull((await Node.QueueAsync(QueueNames.Thumbnail))!.Paused);
        Node.FreeBytes = () => 1_300_000;
        await RoundAsync();
        Assert.Null((await Node.QueueAsync(QueueNames.Thumbnail))!.Paused);

        await Node.Queues.PauseAsync(QueueNames.Thumbnail, "I am looking at it");
        foreach (var free in new[] { 900_000, 1_300_000 })
        {
            Node.FreeBytes = () => free;
            await RoundAsync();
            Assert.Equal("I am looking at it", (await Node.QueueAsync(QueueNames.Thumbnail))!.Paused!.Reason);
        }
    }

    [Fact]
    public async Task The_reserve_is_given_back_when_the_disk_is_full_and_taken_again_later()
    {
        var options = Node.Options with { Storage = Node.Options.Storage with { Reserve = new ByteSize(1_000_000) } };
        long free = 5_000_000;
        var file = Node.Get<DataFolder>().Reserve;
        var reserve = new SpaceReserve(Node.Get<DataFolder>(), options, NullLogger<SpaceReserve>.Instance, () => free);
        await reserve.KeepAsync(default);
        Assert.Equal(1_000_000, new FileInfo(file).Length);
        free = 600_000;
        await reserve.KeepAsync(default);
        Assert.True(File.Exists(file));
        free = 0;
        await reserve.KeepAsync(default);
        Assert.False(File.Exists(file));
        free = 3_000_000; // more than it, and not plenty
        await reserve.KeepAsync(default);
        Assert.False(File.Exists(file));
        free = 4_000_000;
        await reserve.KeepAsync(default);
        Assert.True(File.Exists(file));
    }

    private Task RoundAsync() => Node.Get<ReleaseRound>().ConsiderAllAsync(default);

    private async Task<IReadOnlyList<string>> GoneAsync(IEnumerable<CaptureRecord> frames)
    {
        var gone = new List<CaptureRecord>();
        foreach (var frame in frames)
        {
            if (await Node.FrameAsync(frame) is { ReleasedAt: not null } released)
                gone.Add(released);
        }

        var order = (await Node.Catalogue.Events.AfterAsync(0, 1000, default)).Where(e => e.Kind == EventKind.Released)
            .Select(e => e.Subject).ToList();
        return gone.OrderBy(f => order.IndexOf(f.Id.ToString())).Select(f => f.FileName).ToList();
    }
}
