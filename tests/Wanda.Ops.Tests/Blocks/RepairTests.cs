using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Ops.Tests.Retrieval;
using Wanda.Ops.Tests.Sessions;

namespace Wanda.Ops.Tests.Blocks;

/// <summary>A frame that is lost here before it was released comes back from the places that frames are got from.</summary>
public sealed class RepairTests : RetrievalTest
{
    private TestDestination _gateway = null!;

    public override async Task InitializeAsync()
    {
        _gateway = await TestDestination.StartAsync(publicReads: true);
        await base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _gateway.DisposeAsync();
    }

    [Fact]
    public async Task A_disk_gives_what_a_server_damaged_and_the_server_is_named()
    {
        var frame = await LostAsync(Server);
        await Disk.TakeAsync(frame, Server.Blocks);
        Loses(frame);
        foreach (var block in Directory.GetFiles(Server.Folder, "*", SearchOption.AllDirectories)
            .Where(b => new FileInfo(b).Length > 100_000))
        {
            await File.WriteAllBytesAsync(block, new byte[new FileInfo(block).Length]);
        }

        var report = await Node.Get<BlockStoreCheck>().RunAsync(repair: true, default);
        Assert.Empty(report.Remaining);
        Assert.Equal(["altermundi", "nas"], report.From);
        Assert.Equal("altermundi", Assert.Single(report.Tried).Source);
        Assert.Equal(["this node"], (await GetAsync("m42/1")).From);
    }

    [Fact]
    public async Task A_gateway_gives_what_no_destination_has()
    {
        Loses(await LostAsync(_gateway));
        var report = await Node.Get<BlockStoreCheck>().RunAsync(repair: true, default);
        Assert.Empty(report.Remaining);
        Assert.Equal([_gateway.Address.Authority], report.From);
        Assert.Equal(["altermundi", "nas"], report.Tried.Select(t => t.Source));
    }

    [Fact]
    public async Task What_was_fetched_before_is_not_fetched_again()
    {
        var frame = await LostAsync(Server);
        Loses(frame);
        await GetAsync("m42/1");
        await Server.StopAsync();
        var report = await Node.Get<BlockStoreCheck>().RunAsync(repair: true, default);
        Assert.Empty(report.Remaining);
        Assert.Equal(["this node's cache"], report.From);
    }

    [Fact]
    public async Task A_storage_that_was_moved_is_referred_to_where_it_is()
    {
        var frame = await Node.SaveAsync(name: "a.fits", bytes: Bytes(3_500_000));
        var before = Path.Combine(Folder, "a.fits");
        File.Copy(Node.Root.Resolve(frame.Path), before);
        await using (var store = await BlockStore.OpenAsync(Node.Data.Ipfs, TimeProvider.System))
            await new EmbeddedNode(store).AddFileAsync(before, frame.Id.ToString());
        File.Delete(before);
        Assert.NotEmpty((await Node.Get<BlockStoreCheck>().RunAsync(repair: false, default)).Damage);
        foreach (var moved in new[] { 1, 0 })
        {
            var report = await Node.Get<BlockStoreCheck>().RunAsync(repair: true, default);
            Assert.Equal((moved, 0, 0, 0), (report.Moved, report.Damage.Count, report.Fetched, report.Remaining.Count));
        }
    }

    private protected override WandaOptions Configure(WandaOptions options) =>
        options with { Retrieval = options.Retrieval with { Gateways = [_gateway.Address.ToString()] } };

    /// <summary>A frame in the node's own store that a server has too.</summary>
    private async Task<CaptureRecord> LostAsync(TestDestination taker)
    {
        var frame = await Node.SaveAsync(name: "a.fits", bytes: Bytes(3_500_000));
        await using (var store = await BlockStore.OpenAsync(Node.Data.Ipfs, TimeProvider.System))
            await new EmbeddedNode(store).AddFileAsync(Node.Root.Resolve(frame.Path), frame.Id.ToString());
        await taker.TakeAsync(Node, frame);
        return (await Node.Catalogue.Captures.FindAsync(frame.Id, default))!;
    }

    private void Loses(CaptureRecord frame)
    {
        File.Delete(Node.Root.Resolve(frame.Path));
        foreach (var block in Directory.GetFiles(Node.Data.Ipfs, "*.block", SearchOption.AllDirectories))
            File.WriteAllBytes(block, []);
    }
}
