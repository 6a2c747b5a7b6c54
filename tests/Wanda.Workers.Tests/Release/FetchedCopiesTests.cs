using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Workers.Release;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Release;

/// <summary>
/// Law 2: what was fetched is a comfort and no copy. It opens no release, answers for nobody, and goes before any frame (law 6).
/// </summary>
public sealed class FetchedCopiesTests : NodeTest
{
    private readonly byte[] _bytes = TestFrames.Noise(700_000);
    private bool _low;

    protected override WandaOptions Configure(WandaOptions options) => options with
    {
        Ipfs = options.Ipfs with { Profile = "cid-v1" }, // several blocks in a small frame
        Release = options.Release with { LowWater = new ByteSize(1_000_000), Interval = TimeSpan.FromDays(30) },
        Audit = options.Audit with { Interval = TimeSpan.FromDays(30) },
        Reconcile = options.Reconcile with { Interval = TimeSpan.FromDays(30) },
    };

    [Fact]
    public async Task A_frame_that_was_fetched_before_is_released_by_a_proof_alone()
    {
        var first = await Node.SaveAsync("a.bin", _bytes);
        await Node.UntilReleasedAsync(first);
        await FetchAsync(first);

        // The same content again, while nobody can prove anything: it stays, however much of it was fetched.
        await Proxy.DownAsync();
        var twin = await Node.SaveAsync("b.bin", _bytes);
        await Node.UntilPausedAsync();
        await RoundAsync();
        Assert.Empty(await Node.ProofsAsync(twin));
        Assert.True(File.Exists(Node.Root.Resolve(twin.Path)));

        // What was fetched is not what proofs are computed from.
        var cid = Cid.Parse((await Node.FrameAsync(first)).Cid!);
        await Node.Get<IIpfsNode>().UnpinAsync(twin.Id.ToString());
        await Assert.ThrowsAsync<BlockNotFoundException>(() => Node.Get<IIpfsNode>().BlocksAsync(cid).CountAsync().AsTask());

        await Proxy.UpAsync();
        await Node.Get<IIpfsNode>().AddFileAsync(Node.Root.Resolve(twin.Path), twin.Id.ToString());
        await Node.PassUntilAsync(() => Node.IsReleasedAsync(twin), TimeSpan.FromMinutes(1), 8, "released");
        Assert.Equal(ProofMethod.Possession, Assert.Single(await Node.ProofsAsync(twin)).Method);
    }

    [Fact]
    public async Task A_copy_that_vanished_is_missed_however_often_it_was_fetched()
    {
        var frame = await Node.SaveAsync("a.bin", _bytes);
        await Node.UntilReleasedAsync(frame);
        await FetchAsync(frame);
        await Node.Catalogue.Ledger.ApplyAsync(new Fact.Revoked(TestNode.Destination, frame.Id.ToString(), "it vanished"), default);
        Assert.Contains(
            await Node.Catalogue.Audits.ToRecallAsync([TestNode.Destination], DateTimeOffset.MaxValue, 10, default), c => c.Id == frame.Id);
    }

    [Fact]
    public async Task For_want_of_space_it_goes_first()
    {
        Node.FreeBytes = () => _low ? 900_000 : 2_000_000;
        await Node.RestartAsync(o => o with { Release = o.Release with { When = ReleaseWhen.Space } });
        var frame = await Node.SaveAsync("a.bin", _bytes);
        await Node.UntilProvenAsync(frame);
        await FetchAsync(frame);
        await RoundAsync();
        Assert.NotEmpty(Kept());
        _low = true;
        Node.FreeBytes = () => Kept().Count > 0 ? 900_000 : 2_000_000;
        await RoundAsync();
        Assert.Empty(Kept());
        Assert.False(await Node.IsReleasedAsync(frame));
    }

    private Task RoundAsync() => Node.Get<ReleaseRound>().ConsiderAllAsync(default);

    /// <summary>As the console and <c>wanda capture get</c> keep it.</summary>
    private async Task FetchAsync(CaptureRecord frame)
    {
        var cid = Cid.Parse((await Node.FrameAsync(frame)).Cid!);
        var file = Path.Combine(Node.Data, "source");
        await File.WriteAllBytesAsync(file, _bytes);
        await using var elsewhere = await BlockStore.OpenAsync(Path.Combine(Node.Data, "elsewhere"), Node.Time);
        await new EmbeddedNode(elsewhere, UnixFsProfile.Parse("cid-v1")).AddFileAsync(file, "a");
        await using var store = await BlockStore.OpenAsync(Node.Get<DataFolder>().Fetched, Node.Time);
        await using var batch = store.Begin();
        await foreach (var block in elsewhere.BlocksAsync(cid))
            await batch.PutAsync(block);
        batch.Pin("fetched", cid, PinMode.Recursive);
        await batch.CommitAsync();
    }

    private List<string> Kept() =>
        [.. Directory.EnumerateFiles(Path.Combine(Node.Get<DataFolder>().Fetched, "blocks"), "*", SearchOption.AllDirectories)];
}
