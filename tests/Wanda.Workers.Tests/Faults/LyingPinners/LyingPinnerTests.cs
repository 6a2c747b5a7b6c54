using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Faults.LyingPinners;

/// <summary>
/// Law 2, whichever pinner is used and however it misbehaves: no frame is released, the reason is on the frame's timeline, and nothing runs
/// hot. A row without a lie ends in a release.
/// </summary>
public sealed class LyingPinnerTests
{
    public static TheoryData<string, Lie> Rows
    {
        get
        {
            var rows = new TheoryData<string, Lie>();
            foreach (var kind in new[] { "pinata", "pinning-service", "kubo" })
            {
                foreach (var lie in Enum.GetValues<Lie>())
                    rows.Add(kind, lie);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task No_lie_releases_a_frame(string kind, Lie lie)
    {
        await using var pinner = await Pinner.StartAsync(kind);
        await using var liar = new Liar(pinner);
        var destination = pinner.Options with
        {
            Name = TestNode.Destination,
            Timeout = TimeSpan.FromSeconds(20),
            MinPause = TimeSpan.FromMinutes(1),
        };
        await using var node = TestNode.Create(pinner.Proxy.Address, "unused", o => liar.Configure(o with
        {
            Ipfs = o.Ipfs with { Profile = "cid-v1" }, // small leaves: several blocks in a small frame
            Destinations = [destination],
        }, lie));
        await node.StartAsync();
        await liar.TellAsync(lie, node);
        var frame = await node.SaveAsync("a.fits", TestFrames.Noise(700_000));

        // A CAR may hold more than was asked for; a daemon that is asked for one block may not.
        if (lie == Lie.None || (lie == Lie.ExtraBlocks && kind != "kubo"))
        {
            await node.UntilReleasedAsync(frame);
            var proof = Assert.Single(await node.ProofsAsync(frame));
            Assert.Equal((ProofMethod.ReadBack, TestNode.Destination), (proof.Method, proof.Destination));
            Assert.InRange(proof.Bytes, 700_000, 701_000);
            await DirectoryIsProvenAsync(node);
            return;
        }

        var reason = await ReasonAsync(node, frame);
        Assert.True(liar.Words(lie).Any(w => reason.Contains(w, StringComparison.OrdinalIgnoreCase)), reason);
        if (kind == "kubo" && lie == Lie.AnotherCid)
        {
            // What it calls it is the lie. It has it, under our pin, whose CID we computed: that is what the next try finds.
            await node.PassUntilAsync(() => node.IsReleasedAsync(frame), TimeSpan.FromMinutes(2), 5, "released by what is there");
            return;
        }

        await node.UntilQuietAsync();
        if (lie is Lie.Stalls or Lie.Drips)
            await node.UntilPausedAsync(); // an outage: no attempt is burnt, and the slot is free
        await AssertKeptAsync(node, frame);
        foreach (var step in new[] { 65, 130, 260 })
        {
            var asked = pinner.Proxy.Requests.Count;
            node.Time.Advance(TimeSpan.FromSeconds(step));
            // What became due is taken within moments; what is paused for longer is not, so the bound is short.
            for (var looks = 0; looks < 15 && pinner.Proxy.Requests.Count == asked; looks++)
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            await node.UntilQuietAsync();
            await AssertKeptAsync(node, frame);
        }

        // At once, then after 1, 2 and 4 minutes, or as the breaker says; two requests a push where the API wants two. Once more when the
        // machine is so slow that the clock is advanced past the lock of a message in hand.
        // One that is asked before it is given anything, and does not answer that, is given nothing.
        var least = kind == "kubo" && lie is Lie.Stalls or Lie.Drips or Lie.Private ? 0 : 1;
        Assert.InRange(pinner.Proxy.Requests.Count(r => liar.Pushes.Contains(r)), least, 10);
        Assert.Equal(0, (await node.QueueAsync(QueueNames.Offload(TestNode.Destination)))!.Error);
    }

    // Without the frames that it links to, each of which is proven by itself.
    private static async Task DirectoryIsProvenAsync(TestNode node)
    {
        await node.EndSessionAsync();
        await Eventually.HoldsAsync(
            async () => (await node.Catalogue.Custody.ProofsOfAsync(TestNode.Session.Value, default)).Count > 0,
            "the directory to be proven", node.StateAsync);
    }

    private static async Task<string> ReasonAsync(TestNode node, CaptureRecord frame)
    {
        string? reason = null;
        await Eventually.HoldsAsync(async () =>
        {
            var events = await node.Catalogue.Events.OfAsync(frame.Id.ToString(), 50, default);
            reason = events.LastOrDefault(
                e => e.Kind is EventKind.Lost or EventKind.Failed && e.Detail.Contains(TestNode.Destination, StringComparison.Ordinal))
                ?.Detail;
            return reason is not null;
        }, "the reason to be on the timeline", node.StateAsync);
        return reason!;
    }

    private static async Task AssertKeptAsync(TestNode node, CaptureRecord frame)
    {
        Assert.DoesNotContain(await node.ProofsAsync(frame), p => p.Destination == TestNode.Destination);
        Assert.Null((await node.FrameAsync(frame)).ReleasingAt);
        Assert.Equal(frame.SizeBytes, new FileInfo(node.Root.Resolve(frame.Path)).Length);
    }
}
