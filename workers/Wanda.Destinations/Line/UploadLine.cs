using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Destinations;

/// <summary>
/// What goes to one destination: kept to its bandwidth over all uploads that run beside each other, behind those of destinations that come
/// first, and counted for its month.
/// </summary>
public sealed class UploadLine(DestinationOptions destination, Uplink uplink, Catalogue catalogue, TimeProvider time)
{
    // A power cut forgets at most this much; an SD card need not see more.
    private const long SaveEvery = 8 * 1024 * 1024;

    // Of whoever sends: pieces come from deep below, through clients that know nothing of frames.
    private readonly AsyncLocal<UploadProgress?> _upload = new();
    private readonly Lock _lock = new();
    private long _unsaved;
    private long _free;

    /// <summary>What the caller sends from here on is this item. Null where its size is not known: nothing is told of it.</summary>
    public UploadProgress? Begin(OffloadItem item) => _upload.Value = item is { Kind: SubjectKind.Capture, SizeBytes: > 0 and var total }
        ? new UploadProgress(destination.Name, item, total, catalogue, time)
        : null;

    /// <summary>Before a piece goes out: returns when it may.</summary>
    public async ValueTask SendingAsync(int bytes, CancellationToken cancellationToken)
    {
        await uplink.TurnAsync(destination.Priority, cancellationToken);
        if (Reserve(bytes) is var wait && wait > TimeSpan.Zero)
            await Task.Delay(wait, time, cancellationToken);
        if (Interlocked.Add(ref _unsaved, bytes) >= SaveEvery)
            Save();
        if (_upload.Value is { } upload)
            await upload.SendingAsync(bytes, cancellationToken);
    }

    /// <summary>What went out and was refused for want of room there counts for no month.</summary>
    public void TakeBack(long bytes) => Interlocked.Add(ref _unsaved, -bytes);

    /// <summary>Puts what was counted on record.</summary>
    public void Save()
    {
        if (Interlocked.Exchange(ref _unsaved, 0) is not 0 and var bytes)
            catalogue.Destinations.AddSent(destination.Name, UploadMonth.Of(time), bytes);
    }

    /// <summary>
    /// Takes the next free stretch of the line, and tells how long it is until then. No credit is saved up while nothing is sent.
    /// </summary>
    private TimeSpan Reserve(int bytes)
    {
        if (destination.Bandwidth is not { Bytes: > 0 and var perSecond })
            return TimeSpan.Zero;
        lock (_lock)
        {
            var now = time.GetTimestamp();
            var start = Math.Max(now, _free);
            _free = start + (long)((double)bytes / perSecond * time.TimestampFrequency);
            return time.GetElapsedTime(now, start);
        }
    }
}
