using Wanda.CaptureProducer.Tests.Support;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Tests.Imports;

/// <summary>An old folder's frames are taken once, behind everything else, and nothing of it is taken twice.</summary>
public sealed class ImportTests : ImportNode
{
    [Fact]
    public async Task Everything_is_taken_with_its_folders_and_what_is_no_frame_is_told()
    {
        for (var i = 0; i < 5; i++)
            Put($"2025-10-03/LIGHT/a{i}.jpg", (byte)i);
        await File.WriteAllTextAsync(Path.Combine(Disk.FullName, "notes.txt"), "clouds at three");
        Put("b.jpg.part", 100);
        var import = await DoneAsync(await AskAsync());

        Assert.Equal((6, 6, 0, 0), (import.Found, import.Taken, import.Known, import.Refused));
        var captures = await CapturesAsync();
        Assert.Equal(["a0.jpg", "a1.jpg", "a2.jpg", "a3.jpg", "a4.jpg", "notes.txt"], captures.Select(c => c.FileName).Order());
        Assert.Equal(5, captures.Count(c => c is { Kind: CaptureKind.Frame } && c.Folder!.ToString() == "2025-10-03/LIGHT"));
        Assert.All(captures, c => Assert.Equal(import.Source, c.Source));
        Assert.Equal(7, Disk.EnumerateFiles("*", SearchOption.AllDirectories).Count()); // nothing was touched
    }

    [Fact]
    public async Task What_is_a_capture_already_is_known_by_its_content_wherever_it_came_from()
    {
        await File.WriteAllBytesAsync(Path.Combine(Watched, "first.jpg"), Content(1));
        await Eventually.HoldsAsync(async () => (await CapturesAsync()).Count == 1, "the watched file to be taken");
        await SaveAsync("camera.jpg", Content(2));
        Put("copy of first.jpg", 1);
        Put("copy of camera.jpg", 2);
        Put("new.jpg", 3);
        Put("new again.jpg", 3);
        Time.Advance(TimeSpan.FromSeconds(10)); // nothing else came for a while

        var import = await DoneAsync(await AskAsync());
        Assert.Equal((1, 3), (import.Taken, import.Known));
        Assert.Equal(3, (await CapturesAsync()).Count);
    }

    [Fact]
    public async Task Asking_twice_is_one_import_and_a_second_one_of_the_same_folder_takes_what_is_new_alone()
    {
        Put("a.jpg", 1);
        var asked = await AskAsync();
        Assert.Equal(asked.Id, (await AskAsync()).Id);
        Assert.Equal(1, (await DoneAsync(asked)).Taken);
        Put("b.jpg", 2);
        var again = await DoneAsync(await AskAsync());
        Assert.NotEqual(asked.Id, again.Id);
        Assert.Equal(2, (await CapturesAsync()).Count);
    }

    [Fact]
    public async Task Tonights_frames_go_first()
    {
        await File.WriteAllBytesAsync(Path.Combine(Watched, "tonight.jpg"), Content(50));
        await Eventually.HoldsAsync(async () => (await CapturesAsync()).Count == 1, "tonight's frame to be taken");
        Put("old.jpg", 1);
        var import = await AskAsync();
        await WaitsAsync(import, ImportWait.Others);
        Assert.Single(await CapturesAsync());

        Time.Advance(TimeSpan.FromSeconds(6));
        await DoneAsync(import);
        Assert.Equal(2, (await CapturesAsync()).Count);
    }

    [Fact]
    public async Task It_leaves_the_room_that_tonight_may_want_and_says_so()
    {
        Put("old.jpg", 1);
        await RestartAsync(options => options with { Release = options.Release with { LowWater = new ByteSize(long.MaxValue / 2) } });
        var import = await AskAsync();
        await WaitsAsync(import, ImportWait.Room);
        Assert.Empty(await CapturesAsync());
        await RestartAsync(options => options with { Release = options.Release with { LowWater = new ByteSize(0) } });
        await DoneAsync(import);
    }

    [Fact]
    public async Task After_a_stop_of_the_node_it_goes_on_and_reads_nothing_again_that_was_known()
    {
        await SaveAsync("camera.jpg", Content(7));
        Put("a.jpg", 7);
        Put("b.jpg", 1);
        Time.Advance(TimeSpan.FromSeconds(10));
        var import = await AskAsync();
        await DoneAsync(import);
        // As a crash leaves it: open, and where it stood.
        await StopAsync();
        await ReopenAsync(import.Id);
        // Were it read again, it would be another content now, and so a capture.
        var (a, at) = (Path.Combine(Disk.FullName, "a.jpg"), File.GetLastWriteTimeUtc(Path.Combine(Disk.FullName, "a.jpg")));
        await File.WriteAllBytesAsync(a, Content(8));
        File.SetLastWriteTimeUtc(a, at);
        Put("c.jpg", 2);
        await StartAsync();
        var done = await DoneAsync(import);
        Assert.Equal((3, 2, 1), (done.Found, done.Taken, done.Known));
        Assert.Equal(["b.jpg", "c.jpg", "camera.jpg"], (await CapturesAsync()).Select(c => c.FileName).Order());
    }

    [Fact]
    public async Task A_disk_that_goes_away_is_waited_for()
    {
        Put("a.jpg", 1);
        var away = new DirectoryInfo(Disk.FullName + ".away");
        Directory.Move(Disk.FullName, away.FullName);
        var import = await AskAsync();
        await WaitsAsync(import, ImportWait.Folder);
        Directory.Move(away.FullName, Disk.FullName);
        Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(1, (await DoneAsync(import)).Taken);
    }

    [Fact]
    public async Task One_that_is_stopped_takes_nothing_more()
    {
        await File.WriteAllBytesAsync(Path.Combine(Watched, "tonight.jpg"), Content(50));
        await Eventually.HoldsAsync(async () => (await CapturesAsync()).Count == 1, "tonight's frame to be taken");
        Put("old.jpg", 1);
        var import = await AskAsync();
        await WaitsAsync(import, ImportWait.Others);
        Assert.True(await Catalogue.Imports.EndAsync(import.Id, ImportState.Stopped, default));
        Put("other/new.jpg", 2);
        var other = await Catalogue.Imports.AskAsync(Path.Combine(Disk.FullName, "other"), null, default);
        Time.Advance(TimeSpan.FromSeconds(10));
        await DoneAsync(other); // behind the first, had that gone on
        Assert.Equal(["new.jpg", "tonight.jpg"], (await CapturesAsync()).Select(c => c.FileName).Order());
    }
}
