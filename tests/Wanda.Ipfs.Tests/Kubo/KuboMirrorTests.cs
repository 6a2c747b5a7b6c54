using Microsoft.AspNetCore.Http;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Kubo;

/// <summary>The store goes on by itself, and the daemon ends up with the same pins.</summary>
[Trait("Rerun", "Never")]
public sealed class KuboMirrorTests : IAsyncLifetime
{
    private const int FrameSize = 2_500_000;
    private static readonly Dictionary<string, ReadOnlyMemory<byte>> NoFiles = [];

    private readonly TemporaryFolder _folder = new();
    private StandInKubo _kubo = null!;
    private BlockStore _store = null!;
    private EmbeddedNode _node = null!;
    private KuboMirror _mirror = null!;

    public async Task InitializeAsync()
    {
        _kubo = await StandInKubo.StartAsync();
        _store = await BlockStore.OpenAsync(Path.Combine(_folder.Path, "store"), TimeProvider.System);
        _node = new(_store);
        _mirror = new(_store, _kubo.Client, TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        _mirror.Dispose();
        await _store.DisposeAsync();
        await _kubo.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_was_added_while_the_daemon_was_away_is_handed_over_when_it_comes_back()
    {
        _kubo.Away = true;
        var frame = await AddAsync(1);
        var directory = await _node.AddDirectoryAsync([new("0001.fits", frame.Root, frame.DagSize)], NoFiles, "session-1");

        var away = await _mirror.RunAsync();
        _kubo.Away = false;
        var back = await _mirror.RunAsync();

        Assert.Equal((false, 2), (away.Up, away.Waiting));
        Assert.Contains("stand-in cannot be reached", away.Reason);
        Assert.Equal(new KuboMirrorState(true, "stand-in answers as version 0.43.1.", 0, null), back);
        Assert.Equal(PinMode.Recursive, _kubo.Daemon.Pins[frame.Root].Mode);
        Assert.Equal(PinMode.Direct, _kubo.Daemon.Pins[directory.Root].Mode);
        Assert.Equal(await _node.ReadFileAsync(frame.Root), await _kubo.Daemon.Blocks.ReadFileAsync(frame.Root));
        await AssertNothingIsSentAgainAsync();
    }

    [Theory]
    [InlineData("0.42.9")]
    [InlineData("unknown")]
    public async Task A_daemon_that_is_too_old_is_left_alone(string version)
    {
        _kubo.Daemon.Version = version;
        await AddAsync(1);

        var state = await _mirror.RunAsync();

        Assert.Equal((false, 1), (state.Up, state.Waiting));
        Assert.Equal($"stand-in is version {version}; 0.43 or newer is needed, so it is left alone.", state.Reason);
        Assert.Empty(_kubo.Daemon.Blocks.Blocks);
        _kubo.Daemon.Version = "0.43.0-rc1";
        Assert.Equal(0, (await _mirror.RunAsync()).Waiting);
    }

    [Fact]
    public async Task What_is_released_here_is_unpinned_there_and_a_shared_daemon_is_not_collected()
    {
        var frame = await AddAsync(1);
        var kept = await AddAsync(2);
        await _mirror.RunAsync();

        await _node.UnpinAsync("capture-1");
        await _mirror.RunAsync();

        Assert.Equal([kept.Root], _kubo.Daemon.Pins.Keys);
        Assert.Contains(frame.Root, _kubo.Daemon.Blocks.Blocks.Keys);
        Assert.DoesNotContain(_kubo.Server.Requests, r => r.Contains("repo/gc", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_daemon_of_our_own_is_collected_once_for_many_releases()
    {
        using var mirror = new KuboMirror(_store, _kubo.Client, TimeProvider.System, new() { Shared = false });
        for (int i = 1; i <= 3; i++)
            await AddAsync(i);
        await mirror.RunAsync();

        foreach (int i in new[] { 1, 2, 3 })
        {
            await _node.UnpinAsync($"capture-{i}");
            await mirror.RunAsync();
        }

        Assert.Single(_kubo.Server.Requests, r => r.Contains("repo/gc", StringComparison.Ordinal));
        Assert.Empty(_kubo.Daemon.Pins);
    }

    [Fact]
    public async Task Somebody_elses_pin_on_the_same_frame_stays_his()
    {
        var frame = await AddAsync(1);
        var blocks = _kubo.Daemon.Blocks;
        await foreach (var block in _node.BlocksAsync(frame.Root))
            blocks.Put(block);
        await _kubo.Client.Pins.AddAsync(frame.Root, PinMode.Recursive, "his");

        await _mirror.RunAsync();
        await _node.UnpinAsync("capture-1");
        await _mirror.RunAsync();

        Assert.Equal("his", _kubo.Daemon.Pins[frame.Root].Name);
        Assert.DoesNotContain(_kubo.Server.Requests, r => r.Contains("dag/import", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_daemon_at_the_address_is_given_everything_again()
    {
        var frame = await AddAsync(1);
        await _mirror.RunAsync();

        _kubo.Away = true;
        await _mirror.RunAsync();
        _kubo.Replace();
        _kubo.Away = false;
        await _mirror.RunAsync();

        Assert.Contains(frame.Root, _kubo.Daemon.Pins.Keys);
        await _node.UnpinAsync("capture-1");
        await _mirror.RunAsync();
        Assert.Empty(_kubo.Daemon.Pins);
    }

    [Fact]
    public async Task A_frame_that_cannot_be_read_holds_up_no_other()
    {
        var lost = await AddAsync(1);
        var sound = await AddAsync(2);
        File.Delete(Path.Combine(_folder.Path, "frame-1.fits"));

        var state = await _mirror.RunAsync();

        Assert.Equal((true, 1), (state.Up, state.Waiting));
        Assert.Contains("frame-1.fits is gone", state.Problem);
        Assert.Equal([sound.Root], _kubo.Daemon.Pins.Keys);
        Assert.DoesNotContain(lost.Root, _kubo.Daemon.Pins.Keys);
    }

    [Fact]
    public async Task Another_CID_in_the_answer_is_an_error_with_both_and_no_new_truth()
    {
        var frame = await AddAsync(1);
        var other = Block.Create(Codec.Raw, "other"u8.ToArray()).Cid;
        await using var liar = await AnsweringImportAsync(other, "");
        using var client = new KuboClient(liar.Endpoint, TimeProvider.System);
        using var mirror = new KuboMirror(_store, client, TimeProvider.System);

        var state = await mirror.RunAsync();
        var thrown = await Assert.ThrowsAsync<CidDisagreementException>(() => mirror.ConfirmAsync("capture-1"));

        Assert.Equal((true, 1), (state.Up, state.Waiting));
        Assert.Contains(frame.Root.ToString(), state.Problem);
        Assert.Contains(other.ToString(), state.Problem);
        Assert.Equal((frame.Root, other), (thrown.Computed, thrown.Answered));
        Assert.Equal(frame.Root, Assert.Single(await _store.PinsAsync()).Cid);
        Assert.Equal(FrameSize, (await _node.ReadFileAsync(frame.Root)).Length);
    }

    [Fact]
    public async Task A_pin_that_failed_confirms_nothing()
    {
        var frame = await AddAsync(1);
        await using var full = await AnsweringImportAsync(frame.Root, "disk full");
        using var client = new KuboClient(full.Endpoint, TimeProvider.System);
        using var mirror = new KuboMirror(_store, client, TimeProvider.System);

        var state = await mirror.RunAsync();

        Assert.Equal((true, 1), (state.Up, state.Waiting));
        Assert.Contains("disk full", state.Problem);
    }

    [Fact]
    public Task Whatever_happens_both_hold_the_same_in_the_end() => Seed.RunAsync(async random =>
    {
        var mirror = _mirror;
        for (int i = 0; i < 120; i++)
        {
            int which = random.Next(8);
            switch (random.Next(9))
            {
                case 0 or 1 or 2:
                    await AddAsync(which / 2, $"capture-{which}"); // equal frames of two owners
                    break;
                case 3:
                    await _node.AddDirectoryAsync([],
                        new Dictionary<string, ReadOnlyMemory<byte>> { ["a"] = new byte[which] }, $"session-{which}");
                    break;
                case 4:
                    await _node.UnpinAsync(random.Next(2) == 0 ? $"capture-{which}" : $"session-{which}");
                    break;
                case 5:
                    _kubo.Away = !_kubo.Away;
                    break;
                case 6 when _kubo.Away:
                    _kubo.Replace();
                    break;
                case 7:
                    mirror = new(_store, _kubo.Client, TimeProvider.System); // what a new process knows
                    break;
                default:
                    await mirror.RunAsync();
                    break;
            }
        }

        _kubo.Away = false;
        mirror = new(_store, _kubo.Client, TimeProvider.System);
        var state = await mirror.RunAsync();

        Assert.True(state is { Up: true, Waiting: 0, Problem: null }, $"{state}");
        var here = (await _store.PinsAsync()).GroupBy(p => p.Cid).ToDictionary(g => g.Key, g => g.Min(p => p.Mode));
        Assert.True(here.Keys.ToHashSet().SetEquals(_kubo.Daemon.Pins.Keys));
        // A recursive pin stays one when only a directory claims the CID still: rather too much is kept than too little.
        Assert.All(here, pin => Assert.True(_kubo.Daemon.Pins[pin.Key].Mode <= pin.Value, $"{pin.Key}"));
    });

    private Task<AddedFile> AddAsync(int number) => AddAsync(number, $"capture-{number}");

    private async Task<AddedFile> AddAsync(int number, string owner)
    {
        string path = Path.Combine(_folder.Path, $"frame-{number}.fits");
        if (!File.Exists(path))
            await File.WriteAllBytesAsync(path, TemporaryFolder.RandomBytes(number, FrameSize));
        return await _node.AddFileAsync(path, owner);
    }

    private async Task AssertNothingIsSentAgainAsync()
    {
        int before = _kubo.Server.Requests.Count;
        await _mirror.RunAsync();
        Assert.Equal(["POST /api/v0/version"], _kubo.Server.Requests.Skip(before));
    }

    private static async Task<StandIn> AnsweringImportAsync(Cid root, string pinError)
    {
        var daemon = new KuboStandIn();
        return await StandIn.StartAsync(async context =>
        {
            if (context.Request.Path != "/api/v0/dag/import")
            {
                await daemon.AnswerAsync(context);
                return;
            }

            await context.Request.Body.CopyToAsync(Stream.Null);
            await context.Response.WriteAsync($$$"""{"Root":{"Cid":{"/":"{{{root}}}"},"PinErrorMsg":"{{{pinError}}}"}}""");
        });
    }
}
