using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>
/// Deletes temporary queues that have had no receiver for as long as they allow. The time is measured here, by a clock that cannot be set: a queue is
/// idle when its mark has stayed the same while this process watched, so that no jump of the wall clock deletes a queue in use.
/// </summary>
internal sealed class IdleQueues(TimeProvider time)
{
    private readonly Dictionary<string, (long Mark, long Since)> _watched = [];

    public async Task DeleteAsync(QueueFile file, CancellationToken ct)
    {
        var temporary = await file.ReadAsync(ReadTemporary, ct);
        foreach (var gone in _watched.Keys.Except(temporary.Select(q => q.Name)).ToList())
            _watched.Remove(gone);
        foreach (var (name, idle, mark) in temporary)
        {
            if (!_watched.TryGetValue(name, out var seen) || seen.Mark != mark)
                _watched[name] = (mark, time.GetTimestamp());
            else if (time.GetElapsedTime(seen.Since) >= idle)
                await DeleteAsync(file, name, mark, ct);
        }
    }

    private static async Task DeleteAsync(QueueFile file, string name, long mark, CancellationToken ct) => await file.WriteAsync(transaction =>
    {
        // Only if it still has the mark; its messages go with it, and subscriptions by the foreign key.
        var places = transaction.Statement(Sql.UnusedQueue).Bind(1, name).Bind(2, mark);
        var unused = places.Step();
        places.Reset();
        if (!unused)
            return false;
        while (Deleting.Purge(transaction, name) == Deleting.Batch)
        {
        }
        transaction.Statement(Sql.DeleteQueue).Bind(1, name).Execute();
        transaction.Statement(Sql.ChangeTopology).Execute();
        return true;
    }, ct);

    private static List<(string Name, TimeSpan Idle, long Mark)> ReadTemporary(SqliteConnection connection)
    {
        List<(string, TimeSpan, long)> queues = [];
        var read = connection.Statement(Sql.TemporaryQueues);
        while (read.Step())
            queues.Add((read.Text(0)!, TimeSpan.FromSeconds(read.Int64(1)), read.Int64(2)));
        return queues;
    }
}
