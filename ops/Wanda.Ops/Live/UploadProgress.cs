using System.Collections.Concurrent;
using Wanda.SocketIO;

namespace Wanda.Ops.Live;

/// <summary>What pages were told of how far uploads are, so that each ends with all of it when it is done.</summary>
internal sealed class UploadProgress(TimeProvider time)
{
    /// <summary>The event's name.</summary>
    public const string Event = "ipfs_upload_progress";

    // One that is proven is told as such within a moment. One that failed begins anew.
    private static readonly TimeSpan Over = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string Id, string Destination), (UploadView View, long At)> _told = new();

    /// <summary>What is new of the uploads that are under way.</summary>
    public IReadOnlyList<SocketIOEvent> Of(IReadOnlyList<UploadView> uploads)
    {
        var news = new List<SocketIOEvent>();
        foreach (var upload in uploads)
        {
            var key = (upload.Id, upload.Destination);
            if (!_told.TryGetValue(key, out var told) || told.View != upload)
                news.Add(Create(upload));
            _told[key] = (upload, time.GetTimestamp());
        }

        foreach (var (key, told) in _told.Where(t => time.GetElapsedTime(t.Value.At) > Over))
            _told.TryRemove(new(key, told));
        return news;
    }

    /// <summary>Its end, when pages heard of it.</summary>
    public IEnumerable<SocketIOEvent> Done(string id, string destination) =>
        _told.TryRemove((id, destination), out var told) ? [Create(told.View.Done())] : [];

    private static SocketIOEvent Create(UploadView upload) => SocketIOEvent.Create(Event, new
    {
        file = upload.File,
        bytes_uploaded = upload.BytesUploaded,
        total_bytes = upload.TotalBytes,
        percent = upload.Percent,
        path = upload.Path,
        id = upload.Id,
        destination = upload.Destination,
    });
}
