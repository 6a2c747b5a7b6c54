using MassTransit.SqlTransport.Sqlite;
using Wanda.Catalog;
using Wanda.Contracts;

namespace Wanda.Ops;

/// <summary>Reads the queues.</summary>
public sealed class QueueQuery(ISqliteQueues queues, Catalogue catalogue)
{
    private const int MaxStuck = 100;
    private const int MaxLater = 20;

    /// <summary>All lasting queues, in the order of a frame's way.</summary>
    public async Task<IReadOnlyList<QueueView>> ListAsync(CancellationToken cancel)
    {
        var paused = await PausedDestinationsAsync(cancel);
        return (await queues.ListAsync(cancel)).Where(q => q.AutoDeleteOnIdle is null)
            .OrderBy(q => QueueWords.Order(q.Name)).ThenBy(q => q.Name, StringComparer.Ordinal)
            .Select(q => View(q, paused)).ToList();
    }

    /// <summary>One queue with what is stuck or waits in it, or null.</summary>
    public async Task<QueueDetail?> FindAsync(string name, CancellationToken cancel)
    {
        if (await queues.FindAsync(name, cancel) is not { } info)
            return null;
        var stuck = new List<QueuedWork>();
        foreach (var part in StuckWork.Parts)
        {
            foreach (var message in await queues.PeekAsync(name, part, MaxStuck, 0, cancel))
                stuck.Add(await WorkAsync(message, cancel));
        }

        var later = new List<QueuedWork>();
        foreach (var message in await queues.PeekAsync(name, SqliteQueuePart.Scheduled, MaxLater, 0, cancel))
            later.Add(await WorkAsync(message, cancel));
        return new QueueDetail(View(info, await PausedDestinationsAsync(cancel)), stuck.Take(MaxStuck).ToList(), later);
    }

    private async Task<HashSet<string>> PausedDestinationsAsync(CancellationToken cancel) =>
        (await catalogue.Destinations.ListAsync(cancel)).Where(d => d.State == DestinationState.Paused).Select(d => d.Name).ToHashSet();

    private static QueueView View(SqliteQueueInfo queue, HashSet<string> pausedDestinations)
    {
        var (state, alarm) = QueueWords.State(queue);
        return new QueueView
        {
            Name = queue.Name,
            Does = QueueWords.Does(queue.Name),
            State = state,
            Alarm = alarm,
            Ready = queue.Ready,
            InFlight = queue.InFlight,
            Scheduled = queue.Scheduled,
            Stuck = queue.Error + queue.DeadLetter + queue.Skipped,
            OldestAge = queue.OldestAge,
            NextDue = queue.NextDue,
            Paused = queue.Paused,
            PausedByBreaker = queue.Paused is not null && QueueWords.Destination(queue.Name) is { } d && pausedDestinations.Contains(d),
        };
    }

    private async Task<QueuedWork> WorkAsync(SqliteQueuedMessage message, CancellationToken cancel)
    {
        var capture = message.CorrelationId is { } id ? await catalogue.Captures.FindAsync(new CaptureId(id), cancel) : null;
        return new QueuedWork
        {
            DeliveryId = message.DeliveryId,
            Message = message.MessageTypes is [var type, ..] ? type[(type.LastIndexOf(':') + 1)..] : "unknown",
            CaptureId = capture?.Id.ToString(),
            Frame = capture is null ? null : $"{capture.Session}/{capture.Number}",
            Cause = message.Reason ?? "no cause was recorded",
            Enqueued = message.Enqueued,
            Due = message.Due,
            Tries = message.DeliveryCount,
        };
    }
}
