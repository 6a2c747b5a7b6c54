using MassTransit.SqlTransport.Sqlite;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.SocketIO;

namespace Wanda.Ops.Live;

/// <summary>
/// Which facts of a frame give which events of an upload. Two things are one to the page: the frame's way into the node's own store (an
/// add, which gives the CID), and its way to each destination (a push, done when it is proven there). What each says is in
/// docs/wanda-app-events.md.
/// </summary>
internal sealed class UploadEvents(
    Catalogue catalogue, ISqliteQueues queues, StuckWork stuck, WandaOptions options, PublicWords words, UploadProgress progress,
    TimeProvider time)
{
    public async Task<IReadOnlyList<SocketIOEvent>> OfAsync(CustodyEvent line, CancellationToken cancellationToken)
    {
        if (line.Kind is not (EventKind.Saved or EventKind.Added or EventKind.Proven or EventKind.Failed or EventKind.Lost)
            || !CaptureId.TryParse(line.Subject, out var id)
            || await catalogue.Reports.FrameAsync(id, options.IsDemo, cancellationToken) is not { } row
            || row.Capture is { Kind: CaptureKind.Sidecar } or { DiscardedAt: not null })
        {
            return [];
        }

        var proofs = await catalogue.Custody.ProofsOfAsync(line.Subject, cancellationToken);
        var frame = new UploadedFrame(row, proofs, options.Release.Copies);
        return line.Kind switch
        {
            EventKind.Saved => Started(frame, await PositionAsync(cancellationToken)),
            EventKind.Added => [Complete(frame, line, null)],
            // The timeline's words begin with whose proof it is.
            EventKind.Proven when proofs.FirstOrDefault(p => line.Detail.StartsWith(p.Destination + " ", StringComparison.Ordinal))
                is { } proof => [.. progress.Done(frame.Id, proof.Destination), Complete(frame, line, proof.Destination)],
            EventKind.Lost => [await ErrorAsync(frame, line, cancellationToken)],
            // What does not work with a frame that is safe is no upload's.
            EventKind.Failed when !frame.IsSynced => [await ErrorAsync(frame, line, cancellationToken)],
            _ => [],
        };
    }

    private static IReadOnlyList<SocketIOEvent> Started(UploadedFrame frame, long position)
    {
        var (file, path, id, size) = (frame.Name, frame.Path, frame.Id, frame.Bytes);
        return
        [
            SocketIOEvent.Create("ipfs_upload_start", new { file, size, path, id }),
            SocketIOEvent.Create("ipfs_upload_started", new { file, size_bytes = size, queue_position = position, path, id }),
        ];
    }

    private static SocketIOEvent Complete(UploadedFrame frame, CustodyEvent line, string? destination) =>
        SocketIOEvent.Create("ipfs_upload_complete", new
        {
            file = frame.Name,
            cid = frame.Cid,
            size_bytes = frame.Bytes,
            // A clock that was set back between the two makes no time negative.
            upload_time_ms = (long)Math.Max(0, (line.At - frame.SavedAt).TotalMilliseconds),
            path = frame.Path,
            id = frame.Id,
            destination,
            replicas = frame.Replicas,
            synced = frame.IsSynced,
        });

    private async Task<SocketIOEvent> ErrorAsync(UploadedFrame frame, CustodyEvent line, CancellationToken cancellationToken) =>
        SocketIOEvent.Create("ipfs_upload_error", new
        {
            file = frame.Name,
            error = words.Of(line.Detail),
            will_retry = !frame.IsFileLost && !(await stuck.CausesAsync(cancellationToken)).ContainsKey(frame.CaptureId.Value),
            retry_in_seconds = await NextTryAsync(cancellationToken),
            path = frame.Path,
            id = frame.Id,
        });

    /// <summary>How many frames wait to be added, this one among them.</summary>
    private async Task<long> PositionAsync(CancellationToken cancellationToken) =>
        (await queues.ListAsync(cancellationToken)).Where(q => q.Name == QueueNames.IpfsAdd).Sum(q => (long)q.Ready + q.InFlight);

    /// <summary>When the first paused destination is tried again; null when none is paused: then it comes round by itself.</summary>
    private async Task<int?> NextTryAsync(CancellationToken cancellationToken)
    {
        var next = (await catalogue.Destinations.ListAsync(cancellationToken))
            .Where(d => d is { Configured: true, State: DestinationState.Paused }).Min(d => d.NextTryAt);
        return next is { } at ? (int)Math.Clamp(Math.Ceiling((at - time.GetUtcNow()).TotalSeconds), 0, 86_400) : null;
    }
}
