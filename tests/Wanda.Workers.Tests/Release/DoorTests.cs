using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Ops;
using Wanda.Workers.Release;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Release;

/// <summary>Law 2: a door opens by what is true at that moment, and one that is found open is decided anew.</summary>
public sealed class DoorTests : NodeTest
{
    // Until a test says otherwise everything is proven and nothing goes.
    protected override WandaOptions Configure(WandaOptions options) =>
        options with { Release = options.Release with { When = ReleaseWhen.Never } };

    [Fact]
    public async Task Proofs_of_destinations_that_were_taken_out_open_no_door_and_make_nothing_safe()
    {
        var frames = new[] { await ProvenAsync("a.fits", 1), await ProvenAsync("b.fits", 2) };
        await Node.RestartAsync(o => Releasing(o) with { Destinations = [] });
        await Node.Get<ReleaseRound>().ConsiderAllAsync(default);
        foreach (var frame in frames)
            await StaysAsync(frame, "not configured any more");
        Assert.Equal(2, (await Node.Catalogue.Reports.OnlyHereAsync(countThisMachine: true, default)).OnlyHere);
        Assert.Equal(0, Assert.Single(await Node.Catalogue.Sessions.CountsAsync(countThisMachine: true, default)).Proven);
    }

    [Fact]
    public async Task A_destination_that_points_elsewhere_gets_the_frames_anew_and_its_old_proofs_free_none()
    {
        var frame = await ProvenAsync("a.fits", 1);
        await using var other = await RealServer.StartAsync();
        await File.WriteAllTextAsync(Node.TokenFile, other.Token);
        await Node.RestartAsync(o => o with { Destinations = [o.Destinations[0] with { Url = other.Address.ToString() }] });
        await Eventually.HoldsAsync(async () => (await Node.ProofsAsync(frame)).Any(Node.Options.Destinations[0].Gave),
            "proven where it points now", Node.StateAsync);
        Assert.Equal(TestFrames.Noise(3000, 1), await other.GetAsync((await Node.FrameAsync(frame)).Cid!));
        await Node.RestartAsync(Releasing);
        await Node.UntilReleasedAsync(frame);

        // Back at the first place, its proofs count again; those of the second do not.
        await Node.RestartAsync(o => o with { Destinations = [o.Destinations[0] with { Url = Proxy.Address.ToString() }] });
        Assert.Equal(1, (await Node.ProofsAsync(frame)).Count(Node.Options.Destinations[0].Gave));
    }

    [Fact]
    public async Task While_it_points_elsewhere_and_is_down_old_proofs_free_nothing()
    {
        var frame = await ProvenAsync("a.fits", 1);
        await Node.RestartAsync(o => Releasing(o) with { Destinations = [o.Destinations[0] with { Url = "http://127.0.0.1:1" }] });
        await Node.Get<ReleaseRound>().ConsiderAllAsync(default);
        await StaysAsync(frame, "points elsewhere");
        Assert.Equal(1, (await Node.Catalogue.Reports.OnlyHereAsync(countThisMachine: true, default)).OnlyHere);
    }

    [Fact]
    public async Task A_destination_with_another_name_is_the_same_place_and_keeps_its_copies()
    {
        var frame = await ProvenAsync("a.fits", 1);
        await Node.RestartAsync(o => Releasing(o) with { Destinations = [o.Destinations[0] with { Name = "home" }] });
        await Node.UntilReleasedAsync(frame);
        Assert.Equal("home", Assert.Single(await Node.ProofsAsync(frame)).Destination);
        Assert.Single(Proxy.Uploaded);
    }

    [Theory]
    [InlineData("revoked", "taken back or expired")]
    [InlineData("expired", "taken back or expired")]
    [InlineData("the clock went back", "clock went back")]
    [InlineData("discarded", "discarded")]
    [InlineData("points elsewhere", "taken back or expired")]
    public async Task What_changes_while_the_frame_is_read_keeps_the_door_shut(string what, string words)
    {
        var frame = await Node.FrameAsync(await ProvenAsync("a.fits", 1));
        var proofs = await Node.ProofsAsync(frame);
        switch (what)
        {
            case "revoked":
                await Node.Catalogue.Ledger.ApplyAsync(new Fact.Revoked(TestNode.Destination, frame.Id.ToString(), "it is gone"), default);
                break;
            case "expired":
                Node.Time.Advance(TimeSpan.FromDays(31));
                break;
            case "the clock went back":
                await Node.Catalogue.Node.SawTimeAsync(Node.Time.GetUtcNow().AddHours(1), default);
                break;
            case "discarded":
                await Node.Catalogue.Ledger.ApplyAsync(new Fact.Discarded(frame.Id, Node.Time.GetUtcNow(), "ana", "a lamp"), default);
                break;
            default:
                await Node.Catalogue.Destinations.RegisterAsync(
                    [new(TestNode.Destination, "wanda", "community", "wanda https://elsewhere.example.org", _ => false)], default);
                break;
        }

        Assert.Contains(words, HoldWords.Of((await Node.Get<ReleaseDoor>().ReleaseAsync(frame, proofs, default))!));
        Assert.Null((await Node.FrameAsync(frame)).ReleasingAt);
        if (what != "discarded")
            Assert.True(File.Exists(Node.Root.Resolve(frame.Path)));
    }

    [Theory]
    [InlineData("never")]
    [InlineData("revoked")]
    [InlineData("expired")]
    [InlineData("taken out")]
    public async Task A_door_found_open_whose_frame_is_not_proven_now_is_shut_again(string what)
    {
        var frame = await ProvenAsync("a.fits", 1);
        Assert.Null(await Node.OpenDoorAsync(frame));
        await Proxy.DownAsync();
        if (what == "revoked")
            await Node.Catalogue.Ledger.ApplyAsync(new Fact.Revoked(TestNode.Destination, frame.Id.ToString(), "it is gone"), default);
        await Node.StopAsync();
        if (what == "expired")
            Node.Time.Advance(TimeSpan.FromDays(31));
        await Node.RestartAsync(o => what switch
        {
            "never" => o,
            "taken out" => Releasing(o) with { Destinations = [] },
            _ => Releasing(o),
        });
        await Node.Get<ReleaseRound>().ConsiderAllAsync(default);
        var row = await Node.FrameAsync(frame);
        Assert.Null(row.ReleasingAt);
        Assert.Null(row.ReleasedAt);
        Assert.True(File.Exists(Node.Root.Resolve(frame.Path)));
        Assert.Contains(await Node.Catalogue.Events.OfAsync(frame.Id.ToString(), 100, default),
            e => e is { Kind: EventKind.Held, Detail: nameof(DoorCode.Interrupted) });
    }

    [SkippableFact]
    public async Task A_file_that_cannot_be_removed_says_so_and_is_not_tried_at_each_round()
    {
        var frame = await ProvenAsync("a.fits", 1);
        var path = Node.Root.Resolve(frame.Path);
        Skip.IfNot(Immutable.TrySet(path, true),
            "only root makes a file that cannot be removed from a folder that can be written to, and not on every file system");
        await Node.RestartAsync(Releasing);
        for (var i = 0; i < 5; i++)
            await Node.Get<ReleaseRound>().ConsiderAllAsync(default);
        await StaysAsync(frame, "could not be freed");
        Assert.Single(await Node.Catalogue.Events.OfAsync(frame.Id.ToString(), 100, default), e => e.Kind == EventKind.Releasing);
        Immutable.TrySet(path, false);
        Node.Time.Advance(TimeSpan.FromHours(2));
        await Node.Get<ReleaseRound>().ConsiderAllAsync(default);
        Assert.NotNull((await Node.FrameAsync(frame)).ReleasedAt);
    }

    /// <summary>In the last moment, when the door is open and the frame's references are let go of.</summary>
    [Theory]
    [InlineData("another file")]
    [InlineData("the same bytes in another file")]
    [InlineData("a link")]
    public async Task What_lies_in_the_place_of_a_frame_when_it_goes_is_left_alone(string what)
    {
        var frame = await Node.FrameAsync(await ProvenAsync("a.fits", 1));
        var path = Node.Root.Resolve(frame.Path);
        var bytes = what == "another file" ? [1, 2, 3] : await File.ReadAllBytesAsync(path);
        var ipfs = DispatchProxy.Create<IIpfsNode, Meanwhile>();
        ((Meanwhile)(object)ipfs).Of(Node.Get<IIpfsNode>(), () =>
        {
            File.WriteAllBytes(path + ".new", bytes);
            if (what == "a link")
                File.CreateSymbolicLink(path + ".link", path + ".new");
            File.Move(path + (what == "a link" ? ".link" : ".new"), path, overwrite: true);
        });
        var door = ActivatorUtilities.CreateInstance<ReleaseDoor>(Node.Get<IServiceProvider>(), ipfs);
        Assert.Equal(nameof(DoorCode.Replaced), await door.ReleaseAsync(frame, await Node.ProofsAsync(frame), default));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(path));
        frame = await Node.FrameAsync(frame);
        Assert.Equal((null, null), (frame.ReleasingAt, frame.ReleasedAt));
    }

    /// <summary>Does something before a pin goes.</summary>
    public class Meanwhile : DispatchProxy
    {
        private IIpfsNode _node = null!;
        private Action _first = null!;

        internal void Of(IIpfsNode node, Action first) => (_node, _first) = (node, first);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name == nameof(IIpfsNode.UnpinAsync))
                _first();
            return targetMethod.Invoke(_node, args);
        }
    }

    private static WandaOptions Releasing(WandaOptions options) =>
        options with { Release = options.Release with { When = ReleaseWhen.Proven } };

    private async Task<CaptureRecord> ProvenAsync(string name, int seed)
    {
        var frame = await Node.SaveAsync(name, TestFrames.Noise(3000, seed));
        await Node.UntilProvenAsync(frame);
        await Node.UntilQuietAsync();
        return frame;
    }

    private async Task StaysAsync(CaptureRecord frame, string why)
    {
        var row = await Node.FrameAsync(frame);
        Assert.Contains(why, await Node.WhyHereAsync(frame));
        Assert.Null(row.ReleasingAt);
        Assert.True(File.Exists(Node.Root.Resolve(frame.Path)));
    }
}
