using System.Text;
using MassTransit.SqlTransport.Sqlite;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Ops;

/// <summary>Reads the queues.</summary>
public sealed class QueueQuery(ISqliteQueues queues, Catalogue catalogue, TimeProvider time)
{
    private const int MaxStuck = 100;
    private const int MaxOther = 20;

    /// <summary>How long work may wait with nobody working on any before it stands still.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Among so many of each part a message is looked for by its number.</summary>
    private const int MaxSought = 1000;

    /// <summary>All lasting queues, in the order of a frame's way.</summary>
    public async Task<IReadOnlyList<QueueView>> ListAsync(CancellationToken cancellationToken)
    {
        var paused = await PausedDestinationsAsync(cancellationToken);
        var views = new List<QueueView>();
        // Nobody works for a destination that is not configured any more; its queue is emptied now and then.
        var today = (await catalogue.Destinations.ListAsync(cancellationToken)).Where(d => d.Configured).Select(d => d.Name).ToHashSet();
        foreach (var queue in (await queues.ListAsync(cancellationToken)).Where(q => q.AutoDeleteOnIdle is null)
            .Where(q => QueueWords.Destination(q.Name) is not { } destination || today.Contains(destination))
            .OrderBy(q => QueueWords.Order(q.Name)).ThenBy(q => q.Name, StringComparer.Ordinal))
        {
            views.Add(View(queue, paused, await StandsStillAsync(queue, cancellationToken)));
        }

        return views;
    }

    /// <summary>One queue with what is in it.</summary>
    /// <exception cref="NotHereException">There is no such queue.</exception>
    public async Task<QueueDetail> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (await queues.FindAsync(name, cancellationToken) is not { } info)
            throw NoQueue(name);
        var stuck = new List<QueuedWork>();
        foreach (var part in StuckWork.Parts)
            stuck.AddRange(await PeekAsync(name, part, MaxStuck - stuck.Count, cancellationToken));
        return new QueueDetail(
            View(info, await PausedDestinationsAsync(cancellationToken), await StandsStillAsync(info, cancellationToken)), stuck,
            await PeekAsync(name, SqliteQueuePart.Scheduled, MaxOther, cancellationToken),
            await PeekAsync(name, SqliteQueuePart.InFlight, MaxOther, cancellationToken),
            await PeekAsync(name, SqliteQueuePart.Ready, MaxOther, cancellationToken));
    }

    /// <summary>One message with all that is known of it, among the first 1,000 of each part of the queue.</summary>
    /// <exception cref="NotHereException">There is no such queue, or no such message in it any more.</exception>
    public async Task<QueuedMessage> FindMessageAsync(string name, long delivery, CancellationToken cancellationToken)
    {
        if (await queues.FindAsync(name, cancellationToken) is null)
            throw NoQueue(name);
        foreach (var part in (SqliteQueuePart[])[.. StuckWork.Parts, SqliteQueuePart.InFlight,
            SqliteQueuePart.Scheduled, SqliteQueuePart.Ready])
        {
            if ((await queues.PeekAsync(name, part, MaxSought, 0, cancellationToken)).FirstOrDefault(
                m => m.DeliveryId == delivery) is not { } found)
            {
                continue;
            }

            var headers = new SortedDictionary<string, string?>(StringComparer.Ordinal);
            foreach (var (key, value) in found.Headers.Concat(found.TransportHeaders).Where(h => h.Key != "MT-Fault-StackTrace"))
                headers[key] = value;
            return new QueuedMessage(name, await WorkAsync(found, part, cancellationToken), found.StackTrace, headers,
                Encoding.UTF8.GetString(found.Body.Span));
        }

        throw new NotHereException($"Message {delivery} is not in {name} (any more).");
    }

    internal static NotHereException NoQueue(string name) => new($"There is no queue '{name}'. 'wanda queue ls' lists them.");

    private async Task<IReadOnlyList<QueuedWork>> PeekAsync(
        string name, SqliteQueuePart part, int limit, CancellationToken cancellationToken)
    {
        var works = new List<QueuedWork>();
        if (limit < 1)
            return works;
        foreach (var message in await queues.PeekAsync(name, part, limit, 0, cancellationToken))
            works.Add(await WorkAsync(message, part, cancellationToken));
        return works;
    }

    private async Task<HashSet<string>> PausedDestinationsAsync(CancellationToken cancellationToken) =>
        (await catalogue.Destinations.ListAsync(cancellationToken)).Where(d => d.State == DestinationState.Paused).Select(d => d.Name)
            .ToHashSet();

    // What a killed worker had in work stays so until another one runs, but its lock ends.
    private async Task<bool> StandsStillAsync(SqliteQueueInfo queue, CancellationToken cancellationToken) =>
        queue is { Paused: null, Ready: > 0, CompletedPerMinute: 0, FailedPerMinute: 0 } && queue.OldestAge > Patience
        && (await queues.PeekAsync(queue.Name, SqliteQueuePart.InFlight, MaxOther, 0, cancellationToken))
            .All(m => m.Due < time.GetUtcNow());

    private static QueueView View(SqliteQueueInfo queue, HashSet<string> pausedDestinations, bool standsStill)
    {
        var (state, severity) = QueueWords.State(queue, standsStill);
        return new QueueView
        {
            Name = queue.Name,
            Does = QueueWords.Does(queue.Name),
            State = state,
            Severity = severity,
            Ready = queue.Ready,
            InFlight = queue.InFlight,
            Scheduled = queue.Scheduled,
            Stuck = queue.Error + queue.DeadLetter + queue.Skipped,
            OldestAge = queue.OldestAge,
            InPerMinute = Math.Round(queue.EnqueuedPerMinute, 1),
            DonePerMinute = Math.Round(queue.CompletedPerMinute, 1),
            StuckPerMinute = Math.Round(queue.FailedPerMinute, 1),
            NextDue = queue.NextDue,
            StandsStill = standsStill,
            Paused = QueuePause.Of(queue.Paused),
            PausedByBreaker = queue.Paused is not null && QueueWords.Destination(queue.Name) is { } d && pausedDestinations.Contains(d),
        };
    }

    private async Task<QueuedWork> WorkAsync(SqliteQueuedMessage message, SqliteQueuePart part, CancellationToken cancellationToken)
    {
        var capture = message.CorrelationId is { } id ? await catalogue.Captures.FindAsync(new CaptureId(id), cancellationToken) : null;
        return new QueuedWork
        {
            DeliveryId = message.DeliveryId,
            Message = message.MessageTypes is [var type, ..] ? type[(type.LastIndexOf(':') + 1)..] : "unknown",
            CaptureId = capture?.Id.ToString(),
            Frame = capture is null ? null : $"{capture.Session}/{capture.Number}",
            Part = part,
            Cause = StuckWork.Parts.Contains(part) ? message.Reason ?? "no cause was recorded" : message.Reason,
            Exception = message.ExceptionType,
            Enqueued = message.Enqueued,
            Due = message.Due,
            Tries = message.DeliveryCount,
        };
    }
}
