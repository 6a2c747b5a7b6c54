using Wanda.Custody;
using Wanda.Ipfs;
using Wanda.Ops.Tests.Sessions;

namespace Wanda.Ops.Tests.Retrieval;

/// <summary>One frame comes back, by whatever name it is asked for and from wherever it is, or nothing does.</summary>
public sealed class FrameGetTests : RetrievalTest
{
    [Fact]
    public async Task A_released_frame_comes_back_by_id_by_number_and_by_CID()
    {
        var capture = await GoneAsync("a.fits", 3_500_000);
        foreach (var what in new[] { capture.Id.ToString()[..12], "m42/1", capture.Cid! })
        {
            var report = await GetAsync(what);
            Assert.Equal(("m42/1", capture.Cid, 3_500_000L, capture.Sha256), (report.Frame, report.Cid, report.Bytes, report.Sha256));
            Assert.Equal(capture.Sha256, Hash(report.File!));
        }

        Assert.All(Directory.GetFiles(Folder), f => Assert.EndsWith(".fits", f));
    }

    [Fact]
    public async Task Its_own_name_is_the_default_and_a_second_time_it_is_there_already()
    {
        var capture = await GoneAsync("a.fits", 2000);
        var report = await GetAsync("m42/1", Folder);
        Assert.Equal((Path.Combine(Folder, "a.fits"), "altermundi"), (report.File, Assert.Single(report.From)));
        Assert.Empty((await GetAsync("m42/1", Folder)).From);
        await File.WriteAllTextAsync(report.File!, "mine");
        Assert.Contains("left alone", (await Assert.ThrowsAsync<OpsException>(() => GetAsync(capture.Cid!, Folder))).Message);
        Assert.Equal("mine", await File.ReadAllTextAsync(report.File!));
    }

    [Fact]
    public async Task A_frame_that_is_here_comes_from_here()
    {
        var capture = await Node.SaveAsync(name: "a.fits", bytes: Bytes(5000));
        Assert.Equal(["this node's file"], (await GetAsync("m42/1")).From); // no CID yet
        var store = new Hosting.DataFolder(Node.Options.Data).Ipfs;
        await using (var blocks = await BlockStore.OpenAsync(store, TimeProvider.System))
        {
            await Node.AddCidAsync(capture,
                (await new EmbeddedNode(blocks).AddFileAsync(Node.Root.Resolve(capture.Path), capture.Id.ToString())).Root.ToString());
        }

        Assert.Equal(["this node"], (await GetAsync("m42/1")).From);
        await File.WriteAllBytesAsync(Node.Root.Resolve(capture.Path), new byte[5000]);
        var failed = await Assert.ThrowsAsync<RetrievalException>(() => GetAsync("m42/1"));
        Assert.Contains("the file here is not the one that was saved", failed.Message);
    }

    [Fact]
    public async Task A_CID_that_this_node_does_not_know_is_asked_for_as_well()
    {
        var capture = await GoneAsync("a.fits", 1_500_000);
        await using var other = await TestNode.CreateAsync(o => o with { Destinations = [Server.Options()] });
        var report = await other.Get<FrameGet>().ToFileAsync(capture.Cid!, Folder, default);
        Assert.Equal((null, Path.Combine(Folder, capture.Cid!), 1_500_000L, capture.Sha256),
            (report.Frame, report.File, report.Bytes, report.Sha256));
    }

    [Fact]
    public async Task Of_a_CID_that_this_node_does_not_know_nothing_is_continued_that_nobody_could_check()
    {
        var capture = await GoneAsync("a.fits", 1_500_000);
        await using var other = await TestNode.CreateAsync(o => o with { Destinations = [Server.Options()] });
        // Of another get, or torn by a power cut.
        await File.WriteAllBytesAsync(Path.Combine(Folder, $"{capture.Cid}.wanda-part"), new byte[700_000]);
        var report = await other.Get<FrameGet>().ToFileAsync(capture.Cid!, Path.Combine(Folder, "a"), default);
        Assert.Equal((1_500_000L, capture.Sha256), (report.FetchedBytes, Hash(report.File!)));
    }

    [Fact]
    public async Task A_gateway_is_asked_last()
    {
        await using var gateway = await TestDestination.StartAsync(publicReads: true);
        await using var node = await TestNode.CreateAsync(o => o with
        {
            Destinations = [Server.Options()],
            Retrieval = o.Retrieval with { Gateways = [gateway.Address.ToString()] },
        });
        var capture = await node.SaveAsync(name: "a.fits", bytes: Bytes(1_500_000));
        await gateway.TakeAsync(node, capture);
        await node.ReleaseAsync(capture);
        var report = await node.Get<FrameGet>().ToFileAsync("m42/1", Folder, default);
        Assert.Equal(capture.Sha256, Hash(report.File!));
        Assert.Equal([gateway.Address.Authority], report.From);
        Assert.Equal("altermundi", report.Tried[^1].Source);
    }

    [Fact]
    public async Task What_is_nowhere_is_said_with_what_each_place_answered_and_leaves_no_file()
    {
        var capture = await Node.SaveAsync(name: "a.fits", bytes: Bytes(5000));
        await Node.AddCidAsync(capture);
        await Node.ReleaseAsync(capture);
        var failed = await Assert.ThrowsAsync<RetrievalException>(() => GetAsync("m42/1"));
        Assert.Contains($"m42/1 ({TestNode.Cid}) was found nowhere.", failed.Message);
        Assert.Equal(["this node", "this node's cache", "altermundi", "nas"], failed.Answers.Select(a => a.Source));
        Assert.Contains("altermundi: does not have it.", failed.Message);
        Assert.Contains("nas: ", failed.Message);
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public async Task A_discarded_frame_is_not_brought_back()
    {
        var capture = await GoneAsync("a.fits", 2000);
        await Node.Catalogue.Ledger.ApplyAsync(new Fact.Discarded(capture.Id, TimeProvider.System.GetUtcNow(), "ana", "a lamp"), default);
        foreach (var what in new[] { "m42/1", capture.Cid! })
            Assert.Contains("a lamp", (await Assert.ThrowsAsync<OpsException>(() => GetAsync(what))).Message);
    }

    [Fact]
    public async Task A_stopped_get_goes_on_where_it_stopped()
    {
        var capture = await GoneAsync("a.fits", 3_500_000);
        await File.WriteAllBytesAsync(Path.Combine(Folder, $"{capture.Id}.wanda-part"), Bytes(3_500_000)[..3_000_000]);
        var report = await GetAsync("m42/1", Folder);
        Assert.Equal((500_000L, capture.Sha256), (report.FetchedBytes, Hash(report.File!)));
    }

    [Fact]
    public async Task A_frame_that_is_called_as_a_part_of_another_stays_as_it_is()
    {
        var part = await GoneAsync("a.fits.wanda-part", 3000);
        await GoneAsync("a.fits", 5000);
        await GetAsync("m42/1", Folder);
        await GetAsync("m42/2", Folder);
        Assert.Equal(part.Sha256, Hash(Path.Combine(Folder, part.FileName)));
    }
}
