using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Queues;

internal static class Pausing
{
    public static bool Pause(QueueTransaction transaction, string queue, string reason, long? until, string? code)
    {
        Topologies.CreateQueue(transaction, queue, autoDelete: null, maxDeliveryCount: null);
        return Change(transaction,
            transaction.Statement(OperatorSql.Pause).Bind(1, queue).Bind(2, reason).Bind(3, transaction.Now).Bind(4, until)
                .Bind(5, code));
    }

    public static bool Resume(QueueTransaction transaction, string queue) =>
        Change(transaction, transaction.Statement(OperatorSql.Resume).Bind(1, queue));

    // Receivers are told in both cases: one that waits must learn the new time.
    private static bool Change(QueueTransaction transaction, SqliteStatement change)
    {
        if (!change.Step())
            return false;
        transaction.Changes.Wake(change.Int64(0));
        change.Reset();
        return true;
    }
}
