using System.Data.Common;
using Wanda.Catalog;

namespace Wanda.Destinations;

/// <summary>
/// How far one upload is, told to other processes once a second, and only when it takes longer than that. A screen shows it: where it
/// cannot be told, the upload goes on.
/// </summary>
/// <param name="destination">Where it goes.</param>
/// <param name="item">What goes there.</param>
/// <param name="total">Its size.</param>
/// <param name="catalogue">Where it is told.</param>
/// <param name="time">The clock.</param>
public sealed class UploadProgress(string destination, OffloadItem item, long total, Catalogue catalogue, TimeProvider time)
    : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private long _sent;
    private long _toldAt = time.GetTimestamp();
    private volatile bool _isTold;

    /// <summary>A piece goes out. What is sent besides the file's own bytes counts for none of it.</summary>
    public async ValueTask SendingAsync(int bytes, CancellationToken cancellationToken)
    {
        var (sent, last) = (Interlocked.Add(ref _sent, bytes), Interlocked.Read(ref _toldAt));
        if (time.GetElapsedTime(last) < Every || Interlocked.CompareExchange(ref _toldAt, time.GetTimestamp(), last) != last)
            return;
        _isTold = true;
        var now = new UploadUnderWay(destination, item.Subject, Math.Min(sent, total), total, time.GetUtcNow());
        await TellAsync(() => catalogue.Destinations.UploadingAsync(now, cancellationToken));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_isTold)
            await TellAsync(() => catalogue.Destinations.UploadedAsync(destination, item.Subject, CancellationToken.None));
    }

    private static async Task TellAsync(Func<Task> tell)
    {
        try
        {
            await tell();
        }
        catch (Exception e) when (e is DbException or IOException)
        {
            // A full disk ends no upload.
        }
    }
}
