using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Wanda.CaptureProducer.Folders;
using Wanda.CaptureProducer.Tests.Support;
using Wanda.CaptureProducer.Watch;

namespace Wanda.CaptureProducer.Tests.Watch;

/// <summary>
/// Twenty thousand old files lie in a watched folder, and what comes meanwhile is taken between them. No time is measured: each taking
/// costs a tenth of <see cref="FolderWatchOptions.Interval"/> by a clock of the test's, so that the promise, "a backlog is left once in
/// each interval", is a number of files. That the machine is slow makes it smaller.
/// </summary>
public sealed class LongBacklogTests : IDisposable
{
    private const int Old = 20_000;
    private const int ARound = 10; // files of the backlog in one interval
    private const int Came = 5;
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(3);

    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-backlog-").FullName;
    private readonly string _apart = Directory.CreateTempSubdirectory("wanda-apart-").FullName;
    private readonly JumpingTime _time = new();
    private readonly RecordingTaker _taker = new();
    private readonly Dictionary<string, int> _cameAfter = [];
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        Directory.Delete(_apart, recursive: true);
    }

    [Fact]
    public async Task What_comes_meanwhile_is_taken_between_twenty_thousand_old_files()
    {
        for (var i = 0; i < Old; i++)
            await File.WriteAllBytesAsync(Path.Combine(_folder, $"old{i:00000}.jpg"), Jpeg(i));
        var options = new FolderWatchOptions { Folder = _folder };
        using var stop = new CancellationTokenSource();
        _taker.Answer = file => Taken(file, options.Interval / ARound);
        _taker.Looked = () =>
        {
            if (_taker.Taken.Count == 0)
                _time.Advance(options.QuietTime); // the old ones come to rest
            return Task.CompletedTask;
        };
        using var watcher = new FolderWatcher(
            options, SourceFolder.At(_folder), _taker, _time, NullLogger<FolderWatcher>.Instance);
        var watching = Task.Run(() => watcher.RunAsync(stop.Token));
        await Task.WhenAny(watching, _all.Task).WaitAsync(Bound);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);

        // It came in one round, and goes first in the next one that knows of it: the kernel's word may come a round late.
        foreach (var moved in _cameAfter.Keys.Where(name => name.StartsWith("moved", StringComparison.Ordinal)))
            Assert.InRange(OldBefore(moved) - _cameAfter[moved], 0, 2 * ARound);
        // The same, and it has to rest.
        var rest = (int)(options.QuietTime / options.Interval) * ARound;
        foreach (var written in _cameAfter.Keys.Where(name => name.StartsWith("written", StringComparison.Ordinal)))
            Assert.InRange(OldBefore(written) - _cameAfter[written], 0, rest + (2 * ARound));
        Assert.Equal(Came, _cameAfter.Count);
        Assert.InRange(_taker.Taken.Count, 6, Old / 2); // and most of the backlog still waits
    }

    /// <summary>One more is taken, which took its time; at some of them something comes, in the midst of a round.</summary>
    private TakeAnswer Taken(WatchedFile file, TimeSpan cost)
    {
        _time.Advance(cost);
        if (!IsOld(file) && _taker.Taken.Count(taken => !IsOld(taken)) == Came)
            _all.TrySetResult();
        switch (_taker.Taken.Count)
        {
            case 13:
                Move("moved-1.jpg");
                break;
            case 45:
                Write("written-1.jpg");
                break;
            case 88:
                Move("moved-2.jpg");
                Write("written-2.jpg");
                break;
            case 99:
                Move("moved-3.jpg");
                break;
        }

        return TakeAnswer.Settled;
    }

    private void Move(string name)
    {
        var apart = Path.Combine(_apart, name);
        File.WriteAllBytes(apart, Jpeg(Old + _cameAfter.Count));
        File.Move(apart, Path.Combine(_folder, name));
        Note(name);
    }

    private void Write(string name)
    {
        File.WriteAllBytes(Path.Combine(_folder, name), Jpeg(Old + _cameAfter.Count));
        Note(name);
    }

    private void Note(string name) => _cameAfter[name] = _taker.Taken.Count(IsOld);

    private int OldBefore(string name) => _taker.Taken.Take(Index(name)).Count(IsOld);

    private int Index(string name) => _taker.Taken.FindIndex(file => file.Path.ToString() == name);

    private static bool IsOld(WatchedFile file) => file.Path.ToString().StartsWith("old", StringComparison.Ordinal);

    private static byte[] Jpeg(int n) => [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, .. Encoding.ASCII.GetBytes($"{n}"), 0xff, 0xd9];
}
