using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Ipfs.Tests.Kubo;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Faults;

/// <summary>A node with a Kubo daemon beside it that goes and comes.</summary>
public sealed class KuboTests : IAsyncLifetime
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(16);

    private StandInKubo _kubo = null!;
    private RealServer _server = null!;
    private TestNode _node = null!;

    public async Task InitializeAsync() => (_kubo, _server) = (await StandInKubo.StartAsync(), await RealServer.StartAsync());

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await _server.DisposeAsync();
        await _kubo.DisposeAsync();
    }

    [Fact]
    public async Task Frames_are_added_and_proven_without_it_and_handed_over_and_unpinned_when_it_is_back()
    {
        _kubo.Away = true;
        await StartAsync(IpfsMode.Auto, ReleaseWhen.Space);
        var first = await _node.SaveAsync("a.fits", TestFrames.Noise(300_000));
        await _node.UntilProvenAsync(first);
        Assert.Contains("cannot be reached", (await UntilToldAsync(up: false)).Reason);

        _kubo.Away = false;
        _node.Time.Advance(Round);
        await UntilToldAsync(up: true);
        await Eventually.HoldsAsync(() => IsPinnedAsync(first), "the frame to be pinned in Kubo", _node.StateAsync);

        await _node.RestartAsync(o => o with { Release = o.Release with { When = ReleaseWhen.Proven } });
        await _node.UntilReleasedAsync(first);
        _node.Time.Advance(Round);
        await Eventually.HoldsAsync(async () => !await IsPinnedAsync(first), "the released frame to be unpinned in Kubo", _node.StateAsync);
        Assert.DoesNotContain(_kubo.Server.Requests, r => r.Contains("repo/gc", StringComparison.Ordinal));
    }

    [Fact]
    public async Task In_mode_kubo_a_frame_has_its_CID_when_Kubo_has_the_frame()
    {
        _kubo.Away = true;
        await StartAsync(IpfsMode.Kubo, ReleaseWhen.Space);
        var frame = await _node.SaveAsync("a.fits", TestFrames.Noise(300_000));
        await UntilToldAsync(up: false);
        await _node.UntilQuietAsync();
        Assert.Null((await _node.FrameAsync(frame)).Cid);

        _kubo.Away = false;
        await _node.PassUntilAsync(async () => (await _node.FrameAsync(frame)).Cid is not null, TimeSpan.FromMinutes(10),
            6, "the frame has its CID");
        Assert.True(await IsPinnedAsync(frame));
    }

    [Fact]
    public async Task Without_it_nothing_is_said_of_it()
    {
        await StartAsync(IpfsMode.Auto, ReleaseWhen.Space);
        await UntilToldAsync(up: true);
        await _node.RestartAsync(o => o with { Ipfs = o.Ipfs with { Mode = IpfsMode.Embedded } });
        Assert.Null(await _node.Catalogue.Node.FindKuboAsync(default));
    }

    private async Task StartAsync(IpfsMode mode, ReleaseWhen release)
    {
        _node = TestNode.Create(_server.Address, _server.Token, o => o with
        {
            Ipfs = new IpfsOptions { Mode = mode, Kubo = new() { Url = _kubo.Server.Address.ToString() } },
            Release = o.Release with { When = release },
        });
        await _node.StartAsync();
    }

    private async Task<bool> IsPinnedAsync(CaptureRecord frame) =>
        (await _node.FrameAsync(frame)).Cid is { } cid && _kubo.Daemon.Pins.ContainsKey(Cid.Parse(cid));

    private async Task<KuboReport> UntilToldAsync(bool up)
    {
        KuboReport? report = null;
        await Eventually.HoldsAsync(
            async () => (report = await _node.Catalogue.Node.FindKuboAsync(default)) is { } told && told.Up == up,
            $"Kubo to be told as {(up ? "up" : "away")}");
        return report!;
    }
}
