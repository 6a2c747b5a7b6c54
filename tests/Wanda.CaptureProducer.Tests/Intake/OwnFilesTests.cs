using Wanda.CaptureProducer.Tests.Support;
using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.CaptureProducer.Tests.Intake;

/// <summary>Law 1: a frame may be called as a file of the node's own, and neither harms the other.</summary>
public sealed class OwnFilesTests : ProducerNode
{
    private const string Temporary = "frame.fits.0123456789abcdef0123456789abcdef.wanda-tmp";

    [Theory]
    [InlineData("journal.jsonl")]
    [InlineData("metadata.json")]
    [InlineData("Journal.JSONL")]
    [InlineData("frame.fits.wanda-tmp")]
    [InlineData(Temporary)]
    [InlineData(".wanda")]
    public async Task A_frame_that_is_called_as_a_file_of_ours_stays_as_it_is(string name)
    {
        var bytes = "{\"written\":\"by the capture program\"}\n"u8.ToArray();
        // Before the journal is, and after.
        CaptureRecord[] saved = [await SaveAsync(name, bytes), await SaveAsync("a.fits", [1]), await SaveAsync(name, bytes)];
        await StopAsync();
        await StartAsync();
        await Get<OrphanRecovery>().RunAsync(default);
        Assert.Equal(saved.Select(c => (c.Id, c.Path)), (await FramesAsync()).Select(c => (c.Id, c.Path)));
        Assert.Equal([name, "a.fits", name], saved.Select(c => c.FileName));
        Assert.All([saved[0], saved[2]], c => Assert.Equal(bytes, File.ReadAllBytes(Root.Resolve(c.Path))));
        var lines = await SessionJournal.ReadAsync(Root.FolderOf(Session), default).ToListAsync();
        Assert.Equal(saved.Select(c => c.Id), lines.Select(l => l.Id));
    }

    [Theory]
    [InlineData("journal.jsonl")]
    [InlineData("metadata.json")]
    [InlineData(Temporary)]
    [InlineData("frame.fits.wanda-tmp")]
    public async Task A_frame_that_0_2_stored_under_such_a_name_is_not_deleted(string name)
    {
        var frame = await SaveAsync("a.fits", Bytes);
        var path = Path.Combine(Root.FolderOf(Session), name);
        await File.WriteAllBytesAsync(path, Bytes);
        await Catalogue.Ledger.ApplyAsync(
            new Fact.Saved(frame with { Id = Contracts.CaptureId.New(Time), Number = 2, Path = $"{Session}/{name}" }), default);
        await Get<OrphanRecovery>().RunAsync(default);
        Assert.Equal(Bytes, await File.ReadAllBytesAsync(path));
        Assert.Equal(2, (await FramesAsync()).Count);
    }

    [Theory]
    [InlineData("journal.jsonl")]
    [InlineData("metadata.json")]
    [InlineData("frame.fits.wanda-tmp")]
    public async Task What_has_no_row_and_is_not_ours_becomes_a_capture(string name)
    {
        await SaveAsync("a.fits", [1]);
        await File.WriteAllBytesAsync(Path.Combine(Root.FolderOf(Session), name), Bytes);
        await Get<OrphanRecovery>().RunAsync(default);
        Assert.Equal(["a.fits", name], (await FramesAsync()).Select(c => c.FileName));
    }

    [Fact]
    public async Task A_temporary_file_of_0_2_goes_and_one_that_is_being_written_stays()
    {
        await SaveAsync("a.fits", [1]);
        var folder = Root.FolderOf(Session);
        await File.WriteAllBytesAsync(Path.Combine(folder, Temporary), Bytes);
        var path = Path.Combine(SessionFolder.Temporaries(folder), "of-another-process.wanda-tmp");
        await using (new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read))
        {
            await Get<OrphanRecovery>().RunAsync(default);
            Assert.Equal(["a.fits"], Files());
            Assert.True(File.Exists(path));
        }

        await Get<OrphanRecovery>().RunAsync(default);
        Assert.False(File.Exists(path));
        Assert.Single(await FramesAsync());
    }

    private static byte[] Bytes => [.. Enumerable.Range(0, 5000).Select(i => (byte)i)];
}
