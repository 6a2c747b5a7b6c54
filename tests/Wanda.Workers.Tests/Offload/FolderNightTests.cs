using Wanda.Destinations;
using Wanda.Hosting;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Offload;

/// <summary>A night whose frames go to a disk.</summary>
public sealed class FolderNightTests : IAsyncLifetime
{
    private readonly DirectoryInfo _disk = Directory.CreateTempSubdirectory("wanda-disk-");
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _node = TestNode.Create(new Uri("http://127.0.0.1:9"), "t", o => o with
        {
            Destinations =
                [new DestinationOptions { Name = TestNode.Destination, Kind = "folder", Path = _disk.FullName, FailureDomain = "disk" }],
        });
        await _node.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        _disk.Delete(recursive: true);
    }

    [Fact]
    public async Task While_the_disk_is_away_the_queue_waits_and_then_everything_goes_there()
    {
        var frame = await _node.SaveAsync("a.fits", TestFrames.Noise(1_500_000));
        await _node.UntilPausedAsync();
        Assert.Contains("wanda destination init", (await _node.PauseAsync())!.Reason);
        Assert.Empty(_disk.EnumerateFileSystemInfos());

        await DestinationSetup.PrepareAsync(_node.Options, TestNode.Destination, null, _node.Time, default);
        await _node.PassUntilAsync(() => _node.IsReleasedAsync(frame), TimeSpan.FromMinutes(1), 8, "released");
        Assert.All(await _node.Queues.ListAsync(), q => Assert.Equal(0, q.Error + q.DeadLetter));

        // A newer directory takes the older one's place.
        await _node.EndSessionAsync();
        await _node.PassUntilAsync(() => Task.FromResult(Cars("m42.*").Count == 1), TimeSpan.FromMinutes(1), 8, "the directory is there");
        await _node.SaveAsync("b.fits", TestFrames.Noise(5000, 2));
        await _node.EndSessionAsync();
        await _node.PassUntilAsync(() => Task.FromResult(Cars("b.fits.*").Count == 1), TimeSpan.FromMinutes(1), 8, "the second frame");
        Assert.Single(Cars("m42.*"));
        Assert.Single(Cars("a.fits.*"));
    }

    private List<string> Cars(string pattern) =>
        Directory.Exists(Path.Combine(_disk.FullName, "m42"))
            ? [.. Directory.EnumerateFiles(Path.Combine(_disk.FullName, "m42"), $"{pattern}.car")]
            : [];
}
