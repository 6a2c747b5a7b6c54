namespace Wanda.Ops.Tests.Retrieval;

/// <summary>When the first destination does not give what it proved, the next does, and the first is named.</summary>
public sealed class OtherDestinationTests : RetrievalTest
{
    [Fact]
    public async Task A_session_whose_server_is_down_comes_from_the_disk()
    {
        var frames = new[] { await GoneAsync("a.fits", 3_500_000, onDisk: true), await GoneAsync("b.fits", 0, onDisk: true),
            await GoneAsync("c.fits", 2000, onDisk: true) };
        await Server.StopAsync();
        var report = await Node.Get<SessionFetch>().RunAsync("m42", Folder, null, default);
        Assert.Equal((3, 3_502_000L), (report.FromDestinations, report.FetchedBytes));
        Assert.Empty(report.Missing);
        Assert.All(frames, f => Assert.Equal(f.Sha256, Hash(Path.Combine(Folder, f.FileName))));
        var down = Assert.Single(report.Tried);
        Assert.Equal("altermundi", down.Source);
        Assert.Contains("cannot be reached", down.Answer);
    }

    [Fact]
    public async Task A_server_that_damaged_a_block_is_left_where_it_was_found_out()
    {
        var frame = await GoneAsync("a.fits", 3_500_000, onDisk: true);
        foreach (var block in Directory.GetFiles(Server.Folder, "*", SearchOption.AllDirectories)
            .Where(b => new FileInfo(b).Length is > 100_000 and < 1 << 20))
        {
            await File.WriteAllBytesAsync(block, new byte[new FileInfo(block).Length]);
        }

        var report = await GetAsync("m42/1");
        Assert.Equal(["altermundi", "nas"], report.From);
        Assert.Equal("altermundi", Assert.Single(report.Tried, t => !t.IsHere).Source);
        Assert.Equal(frame.Sha256, Hash(report.File!));
    }

    [Fact]
    public async Task A_disk_that_was_cut_short_or_rotted_gives_nothing_and_is_named()
    {
        var frame = await GoneAsync("a.fits", 3_500_000);
        var (taken, capture) = (await Node.SaveAsync(name: "b.fits", bytes: Bytes(2_500_000)), frame);
        await Server.TakeAsync(Node, taken);
        taken = (await Node.Catalogue.Captures.FindAsync(taken.Id, default))!;
        var car = await Disk.TakeAsync(taken, Server.Blocks);
        await Node.ReleaseAsync(taken);
        await Server.StopAsync();
        await using (var file = File.OpenWrite(car))
            file.SetLength(1_500_000);
        var failed = await Assert.ThrowsAsync<RetrievalException>(() => GetAsync("m42/2"));
        Assert.Contains("nas: ", failed.Message);
        Assert.Contains("broke off after 1,048,576 of 2,500,000 bytes", failed.Message);
        Assert.Empty(Directory.GetFiles(Folder, "*.fits"));
        Assert.Contains("nas: ", (await Assert.ThrowsAsync<RetrievalException>(() => GetAsync("m42/1"))).Message);
        Assert.NotNull(capture.Cid);
    }
}
