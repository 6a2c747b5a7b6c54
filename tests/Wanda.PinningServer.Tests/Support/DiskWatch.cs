namespace Wanda.PinningServer.Tests.Support;

/// <summary>What a server's folder takes on the disk, looked at all the time.</summary>
internal sealed class DiskWatch : IAsyncDisposable
{
    private const long Page = 4096;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);

    private readonly string _folder;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;
    private long _most;

    public DiskWatch(string folder)
    {
        _folder = folder;
        _watching = WatchAsync();
    }

    public long Most => Volatile.Read(ref _most);

    /// <summary>Of uploads that come in parts.</summary>
    public long Uploads => Of("uploads");

    /// <summary>Of blocks that are not part of the store yet.</summary>
    public long Staged => Of("blocks", "staging");

    // A block is looked for first where it goes to: one that moves meanwhile is counted once or not at all, and never twice.
    public long Now() => Of("blocks", "blocks") + Staged + Uploads
        + Directory.EnumerateFiles(_folder).Concat(Directory.EnumerateFiles(Path.Combine(_folder, "blocks"))).Sum(Length);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(Every, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Volatile.Write(ref _most, Math.Max(_most, Now()));
        }
    }

    private long Of(params IEnumerable<string> below)
    {
        string folder = Path.Combine([_folder, .. below]);
        try
        {
            return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(Length) : 0;
        }
        catch (DirectoryNotFoundException)
        {
            return 0; // It went meanwhile.
        }
    }

    private static long Length(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? (file.Length + Page - 1) / Page * Page : 0;
    }
}
