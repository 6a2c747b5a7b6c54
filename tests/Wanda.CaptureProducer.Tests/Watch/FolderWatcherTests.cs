using Microsoft.Extensions.Logging.Abstractions;
using Wanda.CaptureProducer.Folders;
using Wanda.CaptureProducer.Tests.Support;
using Wanda.CaptureProducer.Watch;
using Wanda.Imaging;
using Wanda.Imaging.Fits;

namespace Wanda.CaptureProducer.Tests.Watch;

public sealed class FolderWatcherTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-watch-").FullName;
    private readonly CancellationTokenSource _stop = new();
    private readonly ManualTime _time = new();
    private readonly RecordingTaker _taker = new();
    private FolderWatcher? _watcher;
    private Task _watching = Task.CompletedTask;

    [Fact]
    public async Task A_complete_frame_is_taken_when_it_has_been_quiet()
    {
        Write("a.fits", await FitsAsync());
        await StartAsync();
        Assert.Empty(_taker.Taken);
        await PassAsync(seconds: 1);
        Assert.Empty(_taker.Taken);
        await PassAsync(seconds: 1);
        Assert.Equal("a.fits", Assert.Single(Names));
        Assert.Equal(FrameCompleteness.Complete, _taker.Taken[0].Inspection!.Completeness);
    }

    [Fact]
    public async Task A_frame_is_taken_once_and_again_only_when_it_was_written_anew()
    {
        Write("a.fits", await FitsAsync());
        await StartAsync();
        await PassAsync(seconds: 60);
        Assert.Single(_taker.Taken);
        Write("a.fits", await FitsAsync(width: 80));
        await PassAsync(seconds: 3);
        Assert.Equal(2, _taker.Taken.Count);
        Assert.NotEqual(_taker.Taken[0].Look.SizeBytes, _taker.Taken[1].Look.SizeBytes);
    }

    /// <summary>A program that writes straight to the final name, slowly: nothing is taken before the last byte.</summary>
    [Fact]
    public async Task A_frame_that_grows_slowly_is_taken_when_header_and_length_agree()
    {
        var fits = await FitsAsync();
        await StartAsync();
        for (var length = 1000; length < fits.Length; length += 1500)
        {
            Write("a.fits", fits.AsSpan(0, length));
            await PassAsync(seconds: 30);
            Assert.Empty(_taker.Taken);
        }

        Write("a.fits", fits);
        await PassAsync(seconds: 3);
        Assert.Equal(fits.Length, Assert.Single(_taker.Taken).Look.SizeBytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3000)]
    public async Task A_poisoned_frame_is_taken_after_a_longer_time(int length)
    {
        Write("a.fits", (await FitsAsync()).AsSpan(0, length));
        await StartAsync();
        await PassAsync(seconds: 119);
        Assert.Empty(_taker.Taken);
        Assert.Equal(1, _watcher!.PendingFiles);
        await PassAsync(seconds: 1);
        Assert.Equal(FrameCompleteness.Incomplete, Assert.Single(_taker.Taken).Inspection!.Completeness);
    }

    [Fact]
    public async Task A_format_that_does_not_tell_its_end_gets_more_time()
    {
        Write("notes.txt", "hello"u8);
        await StartAsync();
        await PassAsync(seconds: 9);
        Assert.Empty(_taker.Taken);
        await PassAsync(seconds: 1);
        Assert.Single(_taker.Taken);
    }

    [Fact]
    public async Task A_frame_that_is_held_open_for_writing_is_waited_for()
    {
        Write("a.fits", await FitsAsync());
        await using (new FileStream(Path.Combine(_folder, "a.fits"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            await StartAsync();
            await PassAsync(seconds: 60);
            Assert.Empty(_taker.Taken);
        }

        await PassAsync(seconds: 1);
        Assert.Single(_taker.Taken);
    }

    [Fact]
    public async Task Hidden_and_temporary_files_and_subfolders_are_left_alone()
    {
        foreach (var name in new[] { ".hidden.fits", "a.fits.part", "b.tmp", "c.fits~", "~d.fits", "e.crdownload" })
            Write(name, await FitsAsync());
        Directory.CreateDirectory(Path.Combine(_folder, "sub"));
        Write("sub/f.fits", await FitsAsync());
        await StartAsync();
        await PassAsync(seconds: 200);
        Assert.Empty(_taker.Taken);
    }

    [Fact]
    public async Task Subfolders_are_taken_when_asked_for_but_no_links()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "2026-03-01", "M31"));
        Write("2026-03-01/M31/a.fits", await FitsAsync());
        Directory.CreateSymbolicLink(Path.Combine(_folder, "loop"), _folder);
        await StartAsync(o => o with { IncludeSubfolders = true });
        await PassAsync(seconds: 5);
        Assert.Equal("a.fits", Assert.Single(Names));
    }

    [Fact]
    public async Task What_the_caller_knows_is_asked_once_and_not_given()
    {
        Write("known.fits", await FitsAsync());
        Write("new.fits", await FitsAsync());
        _taker.Known = file => file.Path.ToString() == "known.fits";
        await StartAsync();
        await PassAsync(seconds: 30);
        Assert.Equal("new.fits", Assert.Single(Names));
        Assert.Equal(2, _taker.Asked.Count);
    }

    [Fact]
    public async Task Files_that_are_there_at_the_start_come_oldest_first()
    {
        var fits = await FitsAsync();
        for (var i = 0; i < 5; i++)
        {
            Write($"{i}.fits", fits);
            File.SetLastWriteTimeUtc(Path.Combine(_folder, $"{i}.fits"), new DateTime(2026, 3, 1, 0, 0, 9 - i, DateTimeKind.Utc));
        }

        await StartAsync();
        await PassAsync(seconds: 3);
        Assert.Equal(["4.fits", "3.fits", "2.fits", "1.fits", "0.fits"], Names);
    }

    [Fact]
    public async Task A_folder_that_vanishes_is_waited_for_and_nothing_comes_twice()
    {
        Write("a.fits", await FitsAsync());
        await StartAsync();
        await PassAsync(seconds: 3);
        Assert.Single(_taker.Taken);

        Directory.Move(_folder, _folder + ".away");
        await PassAsync(seconds: 10);
        Assert.False(_watcher!.IsFolderPresent);
        Directory.Move(_folder + ".away", _folder);
        Write("b.fits", await FitsAsync());
        await PassAsync(seconds: 3);
        Assert.True(_watcher.IsFolderPresent);
        Assert.Equal(["a.fits", "b.fits"], Names);
    }

    [Fact]
    public async Task A_file_that_is_removed_before_it_was_complete_leaves_nothing_behind()
    {
        Write("a.fits", (await FitsAsync()).AsSpan(0, 3000));
        await StartAsync();
        Assert.Equal(1, _watcher!.PendingFiles);
        File.Delete(Path.Combine(_folder, "a.fits"));
        await PassAsync(seconds: 1);
        Assert.Equal(0, _watcher.PendingFiles);
    }

    [Fact]
    public void An_option_outside_its_range_says_what_to_write() =>
        Assert.Contains("Write 50 ms to 1 hour", Assert.Throws<ArgumentOutOfRangeException>(
            () => new FolderWatcher(new FolderWatchOptions { Folder = "/x", Interval = TimeSpan.Zero }, SourceFolder.At("/x"), _taker,
                _time, NullLogger<FolderWatcher>.Instance)).Message);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _watcher is null ? Task.FromCanceled(_stop.Token) : _watching);
        Directory.Delete(_folder, recursive: true);
        _stop.Dispose();
    }

    private IEnumerable<string> Names => _taker.Taken.Select(f => Path.GetFileName(f.Path.ToString()));

    [Fact]
    public async Task Of_an_archive_of_years_some_are_kept_in_mind_at_once_and_all_are_taken_oldest_first()
    {
        var fits = await FitsAsync();
        foreach (var n in Enumerable.Range(0, 43).OrderBy(n => n * 7 % 43))
        {
            Write($"{n:00}.fits", fits);
            File.SetLastWriteTimeUtc(Path.Combine(_folder, $"{n:00}.fits"), new DateTime(2020, 1, 1, 0, n, 0, DateTimeKind.Utc));
        }

        await StartAsync(o => o with { MostBacklog = 5 });
        Assert.Equal(5, _watcher!.PendingFiles);
        Assert.False(_watcher.IsIdle);
        await PassAsync(seconds: 4);
        Directory.Move(_folder, _folder + "-away"); // its disk goes away meanwhile, and comes back
        await PassAsync(seconds: 2);
        Directory.Move(_folder + "-away", _folder);
        await PassAsync(seconds: 1);
        Write("tonight.fits", fits);
        await PassAsync(seconds: 20);
        Assert.Equal([.. Enumerable.Range(0, 43).Select(n => $"{n:00}.fits")], Names.Where(name => name != "tonight.fits"));
        Assert.InRange(Names.ToList().IndexOf("tonight.fits"), 0, 25);
        Assert.True(_watcher.IsIdle);
    }

    /// <summary>The end of the first pipe is told of while the second is looked at, on a machine that is busy.</summary>
    [Theory]
    [InlineData("rm p; mkfifo p")]
    [InlineData("rm p; ln -s nowhere p")]
    [InlineData("mv p q; mkfifo p; rm q")]
    public async Task What_comes_in_the_place_of_what_was_refused_is_refused(string change)
    {
        await StartAsync(o => o with { Events = true });
        var (looks, goesOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        _taker.Looked = () =>
        {
            looks.TrySetResult();
            return goesOn.Task;
        };
        await ShellAsync("mkfifo first");
        await looks.Task;
        await ShellAsync($"mkfifo p; {change}; mkfifo last");
        goesOn.SetResult();
        await Eventually.HoldsAsync(() => _taker.Refused.Keys.Any(path => path.ToString() == "last"), "everything to be looked at");
        Assert.Equal(["first", "last", "p"], _taker.Refused.Keys.Select(path => path.ToString()).Order());
    }

    private async Task ShellAsync(string command)
    {
        using var shell = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("sh", ["-c", command]) { WorkingDirectory = _folder })!;
        await shell.WaitForExitAsync();
        Assert.Equal(0, shell.ExitCode);
    }

    private async Task StartAsync(Func<FolderWatchOptions, FolderWatchOptions>? change = null)
    {
        // Looked at, not told: with events the steps of a clock that stands still would race with them.
        var options = new FolderWatchOptions { Folder = _folder, Events = false };
        _watcher = new FolderWatcher(change?.Invoke(options) ?? options, SourceFolder.At(_folder), _taker, _time,
            NullLogger<FolderWatcher>.Instance);
        _watching = Task.Run(() => _watcher.RunAsync(_stop.Token));
        await _time.WhenAwaitedAsync();
    }

    /// <summary>Lets time pass look by look; after it the watcher waits again, with everything done.</summary>
    private async Task PassAsync(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(_time.WhenAwaitedAsync(), _watching);
        }
    }

    private void Write(string name, ReadOnlySpan<byte> content) => File.WriteAllBytes(Path.Combine(_folder, name), content);

    private static async Task<byte[]> FitsAsync(int width = 40)
    {
        var stream = new MemoryStream();
        var writer = await FitsWriter.StartAsync(stream, width, 40);
        await writer.WriteAsync(new ushort[width * 40]);
        await writer.CompleteAsync();
        return stream.ToArray();
    }
}
