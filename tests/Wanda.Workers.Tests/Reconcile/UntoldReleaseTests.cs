using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Workers.Audit;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Reconcile;

/// <summary>
/// A freed frame of which neither the catalogue nor the journal tells that it was freed: whoever has proven it is asked, and it is freed
/// or lost as they say.
/// </summary>
public sealed class UntoldReleaseTests : NodeTest
{
    protected override WandaOptions Configure(WandaOptions options) => options with
    {
        Audit = options.Audit with { Sample = 0, Interval = TimeSpan.FromDays(30) },
    };

    [Theory]
    [InlineData("released", true)]
    [InlineData("released", false)]
    [InlineData("released added", true)] // what was proven tells its CID
    public async Task Whoever_has_proven_it_is_asked(string lostLines, bool isThere)
    {
        var frame = await FreedAsync(lostLines, keepsCatalogue: false);
        if (!isThere)
        {
            foreach (var block in Server.Blocks())
                block.Delete();
        }

        await Proxy.DownAsync(); // it cannot be asked
        await Node.StartAsync();
        var row = await Node.FrameAsync(frame);
        Assert.Equal((frame.Cid, true), (row.Cid, row.ReleasedAt is not null));
        Assert.All(await Node.ProofsAsync(frame), p => Assert.False(p.IsInForce(Node.Time.GetUtcNow())));
        await Proxy.UpAsync();
        Node.Time.Advance(TimeSpan.FromHours(2));
        await Node.UntilQuietAsync();
        await Node.Get<AuditRound>().RunAsync(default);
        await Node.UntilQuietAsync();
        Assert.Equal(isThere, (await Node.ProofsAsync(frame)).Any(p => p.IsInForce(Node.Time.GetUtcNow())));
        Assert.Equal(isThere ? 0 : 2, await Node.Catalogue.Reports.CountFramesAsync(FrameFilter.Lost, null, true, default));
        await AssertCalmAsync();
    }

    [Theory]
    [InlineData("released")]
    [InlineData("released added")]
    [InlineData("")] // it learns that from the journal, and the CID as well
    public async Task A_catalogue_that_is_older_than_its_proofs_learns_it_too(string lostLines)
    {
        var frame = await FreedAsync(lostLines, keepsCatalogue: true);
        await Node.StartAsync();
        var row = await Node.FrameAsync(frame);
        Assert.Equal((frame.Cid, true), (row.Cid, row.ReleasedAt is not null));
        await Node.Get<AuditRound>().RunAsync(default);
        Assert.Contains(await Node.ProofsAsync(frame), p => p.IsInForce(Node.Time.GetUtcNow()));
        await AssertCalmAsync();
    }

    [Fact]
    public async Task Where_only_metadata_tells_its_cid_it_is_sought_everywhere_and_brought_back()
    {
        var frame = await FreedAsync("released added proven", keepsCatalogue: false);
        await Node.StartAsync();
        var row = await Node.FrameAsync(frame);
        Assert.Equal((frame.Cid, false), (row.Cid, row.ReleasedAt is not null));
        await Node.PassUntilAsync(async () =>
        {
            await Node.Get<AuditRound>().RunAsync(default);
            return await Node.IsReleasedAsync(frame);
        }, TimeSpan.FromMinutes(70), 8, "it to be brought back and freed by a proof of its own");
        Assert.Contains(await Node.ProofsAsync(frame), p => p.IsInForce(Node.Time.GetUtcNow()));
        await AssertCalmAsync();
    }

    /// <summary>A frame is freed, its night's metadata is written, and then these lines of the journal are gone.</summary>
    private async Task<CaptureRecord> FreedAsync(string lostLines, bool keepsCatalogue)
    {
        var first = await Node.SaveAsync("first.fits", TestFrames.Noise(2000, 2));
        await Node.UntilReleasedAsync(first);
        await Node.UntilQuietAsync();
        await Node.Queues.PauseAsync(QueueNames.IpfsAdd, "the test looks");
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilQuietAsync();
        await Node.StopAsync();
        var old = Directory.GetFiles(Node.Data, "catalogue.db*").ToDictionary(f => f, File.ReadAllBytes); // saved, and no more
        await Node.StartAsync();
        await Node.Queues.ResumeAsync(QueueNames.IpfsAdd);
        await Node.UntilReleasedAsync(frame);
        await Node.EndSessionAsync();
        await Eventually.HoldsAsync(async () => (await Node.Catalogue.Sessions.FindAsync(TestNode.Session, default))!.ArchivedFrames == 2,
            "the archive", Node.StateAsync);
        await Node.UntilQuietAsync();
        var (row, journal) = (await Node.FrameAsync(frame), SessionFolder.Journal(Node.Root.FolderOf(frame.Session)));
        await Node.StopAsync();
        await File.WriteAllLinesAsync(journal, (await File.ReadAllLinesAsync(journal)).Where(line =>
            !line.Contains($"{frame.Id}") || !lostLines.Split(' ').Any(kind => line.Contains($"\"t\":\"{kind}\""))));
        foreach (var file in Directory.GetFiles(Node.Data, "catalogue.db*"))
            File.Delete(file);
        foreach (var (file, bytes) in keepsCatalogue ? old : [])
            await File.WriteAllBytesAsync(file, bytes);
        return row;
    }

    private async Task AssertCalmAsync() => Assert.All(
        await Node.Queues.ListAsync(), q => Assert.Equal(0, q.Error + q.Skipped + q.DeadLetter));
}
