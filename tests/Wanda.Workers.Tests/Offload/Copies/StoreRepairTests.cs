using MassTransit.SqlTransport.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Ipfs.Tests.Support;
using Wanda.Ops;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Offload.Copies;

/// <summary>
/// A night's blocks, every one of them lost here, come back from a destination of any kind: frames and the session's archive.
/// </summary>
public sealed class StoreRepairTests
{
    private static readonly byte[] Bytes = TestFrames.Noise(1_500_000);

    [Theory]
    [MemberData(nameof(Holder.Kinds), MemberType = typeof(Holder))]
    public async Task A_damaged_store_is_repaired(string kind)
    {
        await using var holder = await Holder.StartAsync(kind);
        await using var node = TestNode.Create(new Uri("http://127.0.0.1:9"), "t", o => o with
        {
            Destinations = [holder.Options],
            Release = o.Release with { When = ReleaseWhen.Never },
            Ipns = o.Ipns with { Enabled = false },
        });
        if (holder.IsPrepared)
            await DestinationSetup.PrepareAsync(node.Options, TestNode.Destination, null, node.Time, default);
        await node.StartAsync();
        var frame = await node.SaveAsync("a.fits", Bytes);
        await node.UntilProvenAsync(frame);
        await node.EndSessionAsync();
        await Eventually.HoldsAsync(
            async () => (await node.Catalogue.Custody.ProofsOfAsync(TestNode.Session.Value, default)).Count > 0,
            "the archive to be proven", node.StateAsync);
        frame = await node.FrameAsync(frame);
        var file = node.Root.Resolve(frame.Path);
        await node.StopAsync();
        var data = new DataFolder(node.Data);
        File.Delete(file);
        foreach (var block in Directory.GetFiles(data.Ipfs, "*.block", SearchOption.AllDirectories))
            File.WriteAllBytes(block, []); // as a power cut leaves them

        var report = await RepairAsync(node.Options, data);

        Assert.Equal(["archive of m42", "m42/1"], report.Damage.Select(d => d.Of).OfType<string>().Distinct().Order());
        Assert.Empty(report.Remaining);
        Assert.Empty(report.Tried);
        Assert.Equal([TestNode.Destination], report.From);
        Assert.True(report.Fetched >= 5, $"{report.Fetched}"); // two leaves and their node, metadata.json and its directory
        await using var store = await BlockStore.OpenAsync(data.Ipfs, TimeProvider.System);
        Assert.Empty((await store.VerifyAsync()).Findings);
        Assert.Equal(Bytes, await store.ReadFileAsync(Cid.Parse(frame.Cid!)));
    }

    private static async Task<BlockStoreReport> RepairAsync(WandaOptions options, DataFolder data)
    {
        await using var catalogue = await Catalogue.OpenAsync(data.Catalogue, TimeProvider.System, default);
        await using var queues = new SqliteQueues(data.Queue);
        await using var services = new ServiceCollection()
            .AddSingleton(options).AddSingleton(data).AddSingleton(catalogue).AddSingleton<ISqliteQueues>(queues)
            .AddSingleton(new ClockTrust(options.Clock, catalogue, TimeProvider.System, () => true))
            .AddSingleton(await StorageRoot.OpenAsync(options.Storage.Root!, catalogue, default))
            .AddOpsQueries().AddDestinationCopies(options, TimeProvider.System).BuildServiceProvider();
        return await services.GetRequiredService<BlockStoreCheck>().RunAsync(repair: true, default);
    }
}
