using Wanda.Custody;

namespace Wanda.EndToEnd.Tests;

/// <summary>What a new user does first: a whole short night, in one command.</summary>
public sealed class DemoNightTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);
    private readonly Night _night = new();

    public void Dispose() => _night.Dispose();

    [Fact]
    public async Task Twelve_simulated_frames_settle_and_come_back_identical()
    {
        var (code, output) = await _night.SettleAsync(Limit, "--frames", "12", "--interval", "0.2", "--exposure", "0",
            "--size", "640x512", "--bayer");
        Assert.True(code == 0, output);

        var captures = await _night.CapturesAsync();
        Assert.Equal(Enumerable.Range(1, 12), captures.Select(c => c.Number).Order());
        Assert.All(captures, c => Assert.NotNull(c.ReleasedAt));
        Assert.All(captures, c => Assert.Equal(PreviewState.Ready, c.Preview));
        Assert.Empty(Directory.EnumerateFiles(_night.Frames, "*.fits", SearchOption.AllDirectories));
        await AssertComesBackAsync(captures);
    }

    [Fact]
    public async Task A_second_start_on_the_same_folder_goes_on()
    {
        var first = await _night.SettleAsync(Limit, "--frames", "2", "--interval", "0", "--exposure", "0", "--size", "320x256");
        Assert.True(first.ExitCode == 0, first.Output);
        var second = await _night.SettleAsync(Limit, "--frames", "4", "--interval", "0", "--exposure", "0", "--size", "320x256");
        Assert.True(second.ExitCode == 0, second.Output);
        Assert.Equal([1, 2, 3, 4], (await _night.CapturesAsync()).Select(c => c.Number).Order());
    }

    [Fact]
    public async Task Frames_of_other_programs_settle_and_the_watched_folder_is_not_touched()
    {
        var watched = _night.Beside("captures");
        var fixtures = Path.Combine(Repository.Root, "tests", "Wanda.Imaging.Tests", "Fixtures");
        foreach (var file in Directory.EnumerateFiles(fixtures).Where(f => Path.GetExtension(f) is ".fits" or ".fz" or ".jpg" or ".png"))
            File.Copy(file, Path.Combine(watched, Path.GetFileName(file)));
        // A poisoned image is still data (law 8).
        await File.WriteAllBytesAsync(Path.Combine(watched, "empty.fits"), []);
        var noise = new byte[200_000];
        new Random(1).NextBytes(noise);
        await File.WriteAllBytesAsync(Path.Combine(watched, "noise.fits"), noise);
        var whole = Directory.EnumerateFiles(watched, "*.fits").First(f => new FileInfo(f).Length > 20_000 && !f.EndsWith("noise.fits"));
        await File.WriteAllBytesAsync(Path.Combine(watched, "truncated.fits"), (await File.ReadAllBytesAsync(whole))[..10_000]);
        var before = await ListAsync(watched);

        var (code, output) = await _night.SettleAsync(Limit, "--watch", watched);
        Assert.True(code == 0, output);
        Assert.Equal(before, await ListAsync(watched));

        var captures = await _night.CapturesAsync();
        Assert.Equal(before.Keys.Order(), captures.Select(c => c.FileName).Order());
        Assert.All(captures, c => Assert.Equal(before[c.FileName], c.Sha256));
        foreach (var poisoned in new[] { "empty.fits", "noise.fits", "truncated.fits" })
        {
            var capture = captures.Single(c => c.FileName == poisoned);
            Assert.Equal(PreviewState.None, capture.Preview);
            Assert.False(string.IsNullOrWhiteSpace(capture.PreviewReason));
        }

        await AssertComesBackAsync(captures);
    }

    [Fact]
    public async Task A_demo_that_does_not_settle_says_which_frames_and_why()
    {
        var (code, output) = await _night.SettleAsync(TimeSpan.FromSeconds(3), "--frames", "1000", "--interval", "5",
            "--exposure", "0", "--size", "320x256");
        Assert.Equal(1, code);
        Assert.Contains("frames are still being taken", output);
    }

    [Fact]
    public async Task A_folder_with_something_else_in_it_is_refused()
    {
        Directory.CreateDirectory(_night.Folder);
        await File.WriteAllTextAsync(Path.Combine(_night.Folder, "catalogue.db"), "mine");
        var (code, output) = await _night.SettleAsync(Limit);
        Assert.NotEqual(0, code);
        Assert.Contains("never mixed with real frames", output);
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(_night.Folder, "catalogue.db")));
    }

    /// <summary>
    /// By CID from the pinning server; one by <c>capture get</c>, and all as a folder with its original names by <c>session fetch</c>,
    /// which start the server of a demo that is over.
    /// </summary>
    private async Task AssertComesBackAsync(IReadOnlyList<CaptureRecord> captures)
    {
        await using (await _night.StartServerAsync())
        {
            using var http = new HttpClient();
            foreach (var capture in captures)
                Assert.Equal(capture.Sha256, await _night.DownloadedSha256Async(http, capture.Cid!));
        }

        var file = Path.Combine(_night.Beside("got"), "frame");
        var got = await WandaProcess.RunAsync(TimeSpan.FromSeconds(60), "capture", "get", captures[0].Cid!, file, "--data", _night.Folder);
        Assert.True(got.ExitCode == 0, got.Output);
        Assert.Equal(captures[0].Sha256, await Night.Sha256Async(file));

        foreach (var session in captures.GroupBy(c => c.Session))
        {
            var target = _night.Beside($"fetched-{session.Key}");
            var (code, output) = await WandaProcess.RunAsync(
                TimeSpan.FromSeconds(120), "session", "fetch", session.Key.Value, target, "--data", _night.Folder, "--json");
            Assert.True(code == 0, output);
            foreach (var capture in session)
                Assert.Equal(capture.Sha256, await Night.Sha256Async(Path.Combine(target, capture.FileName)));
        }
    }

    private static async Task<SortedDictionary<string, string>> ListAsync(string folder)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder))
            files[Path.GetFileName(file)] = await Night.Sha256Async(file);
        return files;
    }
}
