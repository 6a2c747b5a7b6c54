using System.Collections.Concurrent;

namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>
/// The queue files that are open in this process, one for each path however many use it: they share one writer and wake one another in
/// memory.
/// </summary>
internal static class QueueFiles
{
    // A path keeps its place: whoever waits at its gate while the last user closes the file opens it again. No gate is for more than one
    // file: a disk that is slow, or a lock that somebody holds, is the trouble of those who use that file.
    private static readonly ConcurrentDictionary<string, Place> Places = [];

    /// <summary>Opens the file or joins those who have it open. The first one's options hold.</summary>
    public static async Task<QueueFileLease> AcquireAsync(QueueFileOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(options.Path);
        var place = Places.GetOrAdd(path, static _ => new Place());
        await place.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            place.File ??= await QueueFile.OpenAsync(options with { Path = path }, time, cancellationToken).ConfigureAwait(false);
            place.Users++;
            return new QueueFileLease(place.File, () => ReleaseAsync(place));
        }
        finally
        {
            place.Gate.Release();
        }
    }

    private static async Task ReleaseAsync(Place place)
    {
        await place.Gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (--place.Users > 0)
                return;
            var file = place.File!;
            place.File = null;
            await file.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            place.Gate.Release();
        }
    }

    private sealed class Place
    {
        public SemaphoreSlim Gate { get; } = new(1);
        public QueueFile? File { get; set; }
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
            await release().ConfigureAwait(false);
    }
}
