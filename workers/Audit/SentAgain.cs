using MassTransit;
using MassTransit.SqlTransport.Sqlite;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Workers.Offload;

namespace Wanda.Workers.Audit;

/// <summary>
/// Sends what a destination lost there again at once, as long as it is still here: the reconciler would see it at its next round. What is
/// not here any more is brought back first (<see cref="Recall"/>).
/// </summary>
internal sealed class SentAgain(StorageRoot root, ISqliteQueues queues, IBus bus, TimeProvider time)
{
    /// <summary>A frame; nothing happens where its file is gone, or nothing new is to go there.</summary>
    public async Task FrameAsync(Offloader destination, CaptureRecord capture, CancellationToken cancellationToken)
    {
        if (capture is { ReleasingAt: null, FileLostAt: null } && File.Exists(root.Resolve(capture.Path)))
        {
            await SendAsync(destination, capture.Id.Value, capture.ToAdded(), Turn.Of(capture.SavedAt, time.LocalTimeZone),
                cancellationToken);
        }
    }

    /// <summary>A session's newest directory, whose blocks are always here.</summary>
    public Task SessionAsync(Offloader destination, SessionRecord session, CancellationToken cancellationToken) => SendAsync(
        destination, session.Name.CorrelationId,
        new SessionArchived { Session = session.Name, DirectoryCid = session.DirectoryCid!, Frames = session.ArchivedFrames }, Turn.First,
        cancellationToken);

    private async Task SendAsync<T>(
        Offloader destination, Guid work, T message, short priority, CancellationToken cancellationToken)
        where T : class
    {
        var queue = QueueNames.Offload(destination.Name);
        if (destination.Options.Drain || await queues.ContainsAsync(queue, work, orFailed: true, cancellationToken))
            return;
        await (await bus.GetSendEndpoint(new Uri($"queue:{queue}"))).Send(message, c => c.SetPriority(priority), cancellationToken);
    }
}
