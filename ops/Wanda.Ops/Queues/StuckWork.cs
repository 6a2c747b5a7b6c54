using MassTransit.SqlTransport.Sqlite;

namespace Wanda.Ops;

/// <summary>Finds out which frames are stuck: their message lies where nobody tries it again, so the frame waits for a person.</summary>
public sealed class StuckWork(ISqliteQueues queues)
{
    /// <summary>Of each queue and kind; who has more than that has one cause, and sees it.</summary>
    private const int MaxEach = 200;

    /// <summary>Where messages lie that nobody tries again by himself.</summary>
    internal static IReadOnlyList<SqliteQueuePart> Parts { get; } = [SqliteQueuePart.Error,
        SqliteQueuePart.DeadLetter, SqliteQueuePart.Skipped];

    /// <summary>Why each stuck frame is stuck, by its capture id.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> CausesAsync(CancellationToken cancellationToken)
    {
        var causes = new Dictionary<Guid, string>();
        foreach (var queue in await queues.ListAsync(cancellationToken))
        {
            foreach (var part in Parts.Where(p => Count(queue, p) > 0))
            {
                foreach (var message in await queues.PeekAsync(queue.Name, part, MaxEach, 0, cancellationToken))
                {
                    if (message.CorrelationId is { } capture)
                        causes.TryAdd(capture, $"stuck in {QueueWords.Does(queue.Name)}: {message.Reason ?? "no cause was recorded"}");
                }
            }
        }

        return causes;
    }

    /// <summary>
    /// Sends what is stuck of a frame back to work, where its consumer drops it: one that was discarded asks for nothing any more.
    /// </summary>
    public async Task LetGoAsync(Guid capture, CancellationToken cancellationToken)
    {
        foreach (var queue in await queues.ListAsync(cancellationToken))
        {
            foreach (var part in Parts.Where(p => Count(queue, p) > 0))
            {
                foreach (var message in (await queues.PeekAsync(queue.Name, part, MaxEach, 0, cancellationToken))
                    .Where(m => m.CorrelationId == capture))
                {
                    await queues.RequeueAsync(queue.Name, message.DeliveryId, cancellationToken);
                }
            }
        }
    }

    private static long Count(SqliteQueueInfo queue, SqliteQueuePart part) => part switch
    {
        SqliteQueuePart.Error => queue.Error,
        SqliteQueuePart.DeadLetter => queue.DeadLetter,
        _ => queue.Skipped,
    };
}
