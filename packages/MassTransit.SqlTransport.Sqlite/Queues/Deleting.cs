using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>Deleting messages that no consumer has had.</summary>
internal static class Deleting
{
    /// <summary>How many a write deletes at most, so that others do not wait long.</summary>
    public const int Batch = 1000;

    /// <summary>Takes back scheduled messages that have not been delivered yet.</summary>
    public static bool CancelScheduled(QueueTransaction transaction, Guid token)
    {
        var delete = transaction.Statement(Sql.DeleteScheduled).Bind(1, token);
        return Delete(transaction, delete) > 0;
    }

    /// <summary>Deletes a batch of a queue's messages, wherever they are in it.</summary>
    /// <returns>How many; fewer than <see cref="Batch"/> when none is left.</returns>
    public static int Purge(QueueTransaction transaction, string queue) =>
        Delete(transaction, transaction.Statement(Sql.DeleteSome).Bind(1, queue).Bind(2, Batch));

    /// <summary>
    /// Runs a statement that deletes deliveries RETURNING message_id, shared, and deletes the messages that nothing refers to any more.
    /// </summary>
    public static int Delete(QueueTransaction transaction, SqliteStatement deliveries)
    {
        List<(long Message, bool Shared)> deleted = [];
        while (deliveries.Step())
            deleted.Add((deliveries.Int64(0), deliveries.Int32(1) == 1));
        foreach (var (message, shared) in deleted)
            transaction.DeleteMessage(message, shared);
        return deleted.Count;
    }
}
