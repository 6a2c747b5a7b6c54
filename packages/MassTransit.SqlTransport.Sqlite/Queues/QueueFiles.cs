namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>The queue files that are open in this process, one for each path however many use it: they share one writer and wake one another in memory.</summary>
internal static class QueueFiles
{
    private static readonly SemaphoreSlim Gate = new(1);
    private static readonly Dictionary<string, Entry> Open = [];

    /// <summary>Opens the file or joins those who have it open. The first one's options hold.</summary>
    public static async Task<QueueFileLease> AcquireAsync(QueueFileOptions options, TimeProvider time, CancellationToken ct)
    {
        var path = Path.GetFullPath(options.Path);
        await Gate.WaitAsync(ct);
        try
        {
            if (!Open.TryGetValue(path, out var entry))
                Open.Add(path, entry = new Entry(await QueueFile.OpenAsync(options with { Path = path }, time, ct)));
            entry.Users++;
            return new QueueFileLease(entry.File, () => ReleaseAsync(path, entry));
        }
        finally
        {
            Gate.Release();
        }
    }

    private static async Task ReleaseAsync(string path, Entry entry)
    {
        await Gate.WaitAsync();
        try
        {
            if (--entry.Users > 0)
                return;
            Open.Remove(path);
            await entry.File.DisposeAsync();
        }
        finally
        {
            Gate.Release();
        }
    }

    private sealed class Entry(QueueFile file)
    {
        public QueueFile File { get; } = file;
        public int Users { get; set; }
    }
}

/// <summary>A share in an open queue file; disposing the last one closes it.</summary>
internal sealed class QueueFileLease(QueueFile file, Func<Task> release) : IAsyncDisposable
{
    private int _released;

    public QueueFile File { get; } = file;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
            await release();
    }
}
