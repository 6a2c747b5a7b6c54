using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>
/// Deletes temporary queues that have had no receiver for as long as they allow. A receiver whose consumers are busy does not fetch, but
/// renews its locks. The time is measured here, by a clock that cannot be set: a queue is
/// idle when its mark has stayed the same while this process watched, so that no jump of the wall clock deletes a queue in use.
/// </summary>
internal sealed class IdleQueues(TimeProvider time)
{
    private readonly Dictionary<string, (long Mark, long Since)> _watched = [];

    public async Task DeleteAsync(QueueFile file, CancellationToken cancellationToken)
    {
        var temporary = await file.ReadAsync(connection => ReadTemporary(connection, file.Time.Milliseconds()),
            cancellationToken).ConfigureAwait(false);
        foreach (var gone in _watched.Keys.Except(temporary.Select(q => q.Name)).ToList())
            _watched.Remove(gone);
        foreach (var (name, idle, mark, busy) in temporary)
        {
            if (busy || !_watched.TryGetValue(name, out var seen) || seen.Mark != mark)
                _watched[name] = (mark, time.GetTimestamp());
            else if (time.GetElapsedTime(seen.Since) >= idle)
                await DeleteAsync(file, name, mark, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task DeleteAsync(QueueFile file, string name, long mark, CancellationToken cancellationToken) =>
        await file.WriteAsync(transaction =>
        {
            // Only if it still has the mark and nobody holds anything of it; its messages go with it, and subscriptions by the foreign key.
            var places = transaction.Statement(Sql.UnusedQueue).Bind(1, name).Bind(2, mark).Bind(3, transaction.Now);
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
        }, cancellationToken).ConfigureAwait(false);

    private static List<(string Name, TimeSpan Idle, long Mark, bool Busy)> ReadTemporary(SqliteConnection connection, long now)
    {
        List<(string, TimeSpan, long, bool)> queues = [];
        var read = connection.Statement(Sql.TemporaryQueues).Bind(1, now);
        while (read.Step())
            queues.Add((read.Text(0)!, TimeSpan.FromSeconds(read.Int32(1)), read.Int64(2), read.Int32(3) == 1));
        return queues;
    }
}
