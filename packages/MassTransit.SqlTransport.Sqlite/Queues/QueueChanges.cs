using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>
/// What the writes of one group changed. Collected in memory on the writer thread while they run; the totals are written once a group, and
/// receivers are woken once it is committed.
/// </summary>
internal sealed class QueueChanges
{
    private readonly Dictionary<long, Totals> _totals = [];
    private readonly HashSet<long> _woken = [];

    /// <summary>Something that a receiver of the queue waits for may be there.</summary>
    public void Wake(long queueId) => _woken.Add(queueId);

    public void Enqueued(long queueId) => Of(queueId).Enqueued++;

    public void Completed(long queueId) => Of(queueId).Completed++;

    public void Failed(long queueId) => Of(queueId).Failed++;

    /// <summary>Writes the totals. Runs in the group's transaction.</summary>
    public void WriteTotals(SqliteConnection connection)
    {
        foreach (var (queue, totals) in _totals)
        {
            connection.Statement(Sql.Count).Bind(1, queue).Bind(2, totals.Enqueued).Bind(3, totals.Completed).Bind(4, totals.Failed)
                .Execute();
        }

        _totals.Clear();
    }

    /// <summary>Takes the queues to wake.</summary>
    public long[] TakeWoken()
    {
        if (_woken.Count == 0)
            return [];
        long[] woken = [.. _woken];
        _woken.Clear();
        return woken;
    }

    private Totals Of(long queueId)
    {
        if (!_totals.TryGetValue(queueId, out var totals))
            _totals.Add(queueId, totals = new Totals());
        return totals;
    }

    private sealed class Totals
    {
        public long Enqueued, Completed, Failed;
    }
}
