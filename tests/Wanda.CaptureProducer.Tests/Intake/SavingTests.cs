using Wanda.CaptureProducer.Tests.Support;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Tests.Intake;

/// <summary>Law 1: saved is saved.</summary>
public sealed class SavingTests : ProducerNode
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 5000).Select(i => (byte)i)];

    [Fact]
    public async Task A_saved_frame_has_its_bytes_its_row_its_number_and_a_line_in_the_journal()
    {
        var first = await SaveAsync("a.fits", Bytes);
        var second = await SaveAsync("b.fits", Bytes);
        Assert.Equal((1, 2), (first.Number, second.Number));
        Assert.Equal(Bytes, await File.ReadAllBytesAsync(Root.Resolve(first.Path)));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Bytes)), first.Sha256);
        Assert.Equal(first.Sha256, (await Catalogue.Captures.FindAsync(first.Id, default))!.Sha256);
        var lines = await SessionJournal.ReadAsync(Root.FolderOf(Session), default).ToListAsync();
        Assert.Equal([first.Id, second.Id], lines.Select(l => l.Id));
        Assert.Equal(["a.fits", "b.fits"], Files());
    }

    [Fact]
    public async Task Names_that_clash_are_both_kept()
    {
        await SaveAsync("a.fits", [1]);
        var second = await SaveAsync("a.fits", [2]);
        Assert.Equal("a.fits", second.FileName);
        Assert.Equal(["a.fits", "a~2.fits"], Files());
    }

    [Fact]
    public async Task The_same_source_twice_is_one_frame_and_one_file()
    {
        var first = await SaveAsync("a.fits", [1], "there/a.fits|1|1");
        Assert.Equal(first.Id, (await SaveAsync("a.fits", [1], "there/a.fits|1|1")).Id);
        Assert.Equal(["a.fits"], Files());
        Assert.Single(await FramesAsync());
    }

    [Fact]
    public async Task An_exposure_that_fails_leaves_nothing()
    {
        await Catalogue.Ledger.ApplyAsync(new Fact.SessionOpened(Session, SessionKind.Camera), default);
        await Assert.ThrowsAsync<IOException>(() => Intake.SaveAsync(new NewFrame
        {
            Session = Session,
            FileName = "a.fits",
            Source = "test",
            Write = async (file, cancellationToken) =>
            {
                await file.WriteAsync(Bytes, cancellationToken);
                throw new IOException("the cable");
            },
        }, default));
        Assert.Empty(Files());
        Assert.Empty(await FramesAsync());
    }

    [Fact]
    public async Task What_a_crash_left_is_recovered_once()
    {
        await SaveAsync("a.fits", [1]);
        var folder = Root.FolderOf(Session);
        await File.WriteAllBytesAsync(Path.Combine(SessionFolder.Temporaries(folder), $"{Guid.NewGuid():N}.wanda-tmp"), Bytes);
        await File.WriteAllBytesAsync(Path.Combine(folder, "b.fits"), Bytes);
        await StopAsync();
        await StartAsync();
        await Eventually.HoldsAsync(async () => (await FramesAsync()).Count == 2, "the orphan's row");
        await Get<OrphanRecovery>().RunAsync(default);
        Assert.Equal(["a.fits", "b.fits"], Files());
        Assert.Empty(Directory.GetFiles(SessionFolder.Temporaries(folder)));
        var recovered = (await FramesAsync())[1];
        Assert.Equal(("b.fits", 2, 5000L), (recovered.FileName, recovered.Number, recovered.SizeBytes));
    }

    [Theory]
    [InlineData("m42_00003.fits", "", 3)] // a crash came between a camera's third frame and its row
    [InlineData("m42_00002.fits", "", 2)]
    [InlineData("m42_00001.fits", "", 2)] // another frame has that number
    [InlineData("m42_00003~2.fits", "", 4)]
    [InlineData("m42_000003.fits", "", 2)] // another program's
    [InlineData("m31_00003.fits", "", 2)]
    [InlineData("m42_00003.fits", """{"name":"m42","images":[{"number":3,"sha256":"00"}]}""", 4)] // a frame that the catalogue forgot
    public async Task A_cameras_frame_that_a_crash_left_keeps_the_number_of_its_name(string name, string metadata, int number)
    {
        await SaveAsync("a.fits", [1]);
        var folder = Root.FolderOf(Session);
        await File.WriteAllBytesAsync(Path.Combine(folder, name), Bytes);
        if (metadata.Length > 0)
            await File.WriteAllTextAsync(SessionFolder.Metadata(folder), metadata);
        await StopAsync();
        await StartAsync();
        Assert.Equal(number, (await FramesAsync()).Single(f => f.FileName == name).Number);
        Assert.Equal(number + 1, (await SaveAsync("b.fits", [2])).Number);
    }

    [Fact]
    public async Task At_the_floor_frames_are_refused_loudly_and_taken_again_when_there_is_room()
    {
        await RestartAsync(o => o with { Storage = o.Storage with { Floor = new ByteSize(long.MaxValue) } });
        var refused = await Assert.ThrowsAsync<StorageFullException>(() => SaveAsync("a.fits", [1]));
        Assert.Contains("storage.floor", refused.Message);
        Assert.Empty(Files());
        await RestartAsync(o => o with { Storage = o.Storage with { Floor = new ByteSize(0) } });
        Assert.Equal(1, (await SaveAsync("a.fits", [1])).Number);
    }

    [Fact]
    public async Task A_disk_that_is_not_mounted_is_not_written_to()
    {
        await SaveAsync("a.fits", [1]);
        Directory.Move(Root.Path, Root.Path + "-elsewhere");
        Directory.CreateDirectory(Root.Path);
        await Assert.ThrowsAsync<StorageRootException>(() => SaveAsync("b.fits", [1]));
        await Assert.ThrowsAsync<StorageRootException>(() => Get<OrphanRecovery>().RunAsync(default));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Root.Path));
    }

    [Fact]
    public async Task A_queue_that_takes_nothing_does_not_fail_a_capture()
    {
        // Another process holds the queue's lock and does not let go.
        FileStream? held = null;
        await Eventually.HoldsAsync(() => (held = TryHold(Path.Combine(Options.Data, "queue.db-lock"))) is not null, "the lock");
        await using (held)
        {
            var frame = await PassAsync(SaveAsync("a.fits", [1]));
            Assert.NotNull(await Catalogue.Captures.FindAsync(frame.Id, default));
            Assert.False(await PassAsync(Get<Announcer>().TryPublishAsync(frame.ToSaved())));
        }
    }

    /// <summary>Time passes until the work is done.</summary>
    private async Task<T> PassAsync<T>(Task<T> work)
    {
        await Eventually.HoldsAsync(() =>
        {
            Time.Advance(TimeSpan.FromSeconds(0.5));
            return work.IsCompleted;
        }, "the work to be done");
        return await work;
    }

    private static FileStream? TryHold(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
