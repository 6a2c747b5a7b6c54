using MassTransit.SqlTransport.Sqlite;

namespace Wanda.Workers.Reconcile;

/// <summary>Which work has a message already: ready, scheduled, in flight, or failed and waiting for the operator.</summary>
internal sealed class QueuedWork(ISqliteQueues queues)
{
    private const int Page = 1000;
    private readonly Dictionary<string, HashSet<Guid>> _failed = [];

    /// <summary>Reads the error and dead-letter queues anew. A failed message is not sent a second time: it waits for the operator.</summary>
    public async Task RefreshFailedAsync(CancellationToken cancel)
    {
        _failed.Clear();
        foreach (var queue in await queues.ListAsync(cancel))
        {
            if (queue.Error + queue.DeadLetter == 0)
                continue;
            var failed = _failed[queue.Name] = [];
            foreach (var part in new[] { SqliteQueuePart.Error, SqliteQueuePart.DeadLetter })
            {
                for (var offset = 0; await queues.PeekAsync(queue.Name, part, Page, offset, cancel) is { Count: > 0 } page; offset += Page)
                    failed.UnionWith(page.Where(m => m.CorrelationId is not null).Select(m => m.CorrelationId!.Value));
            }
        }
    }

    /// <summary>Whether a queue holds a message with that correlation id.</summary>
    public async Task<bool> HasAsync(string queue, Guid correlationId, CancellationToken cancel) =>
        (_failed.TryGetValue(queue, out var failed) && failed.Contains(correlationId)) || await queues.ContainsAsync(queue, correlationId, cancel);
}
