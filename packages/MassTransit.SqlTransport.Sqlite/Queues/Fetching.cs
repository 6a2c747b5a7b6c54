using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>Taking messages from a queue: by priority, then in the order in which they came.</summary>
internal static class Fetching
{
    public static Fetched Fetch(QueueTransaction transaction, FetchRequest request)
    {
        var queue = ReceiveFrom.Find(transaction, request.Queue);
        if (request.Touch && queue.IsTemporary)
            transaction.Statement(Sql.TouchQueue).Bind(1, request.Queue).Execute();
        var nextDue = DueDeliveries.Next(transaction, queue.Id);
        if (nextDue <= transaction.Now)
        {
            DueDeliveries.Release(transaction, queue.Id, request.Queue, queue.MaxDeliveryCount);
            nextDue = DueDeliveries.Next(transaction, queue.Id);
        }

        if (queue.IsPaused(transaction.Now))
            return new Fetched(queue.Id, [], [], [], queue.PausedUntil);
        var fetched = new Fetched(queue.Id, [], [], [], nextDue);
        var lockId = NewId.NextGuid();
        if (request.Mode is SqlReceiveMode.Normal)
            ReadReady(transaction, request, lockId, fetched);
        else
            ReadPartitioned(transaction, request, lockId, fetched);
        var until = Clock.Add(transaction.Now, request.LockDuration);
        foreach (var message in fetched.Messages)
            Lock(transaction, message, lockId, until, request.ConsumerId);
        foreach (var (id, defect) in fetched.Unreadable)
            Deliveries.Bury(transaction, id, queue.Id, request.Queue, Deliveries.Unreadable(defect));
        if (fetched.Messages.Count + fetched.Unreadable.Count == request.Limit)
            nextDue = transaction.Now; // There may be more.
        else if (fetched.Messages.Count > 0 && !(nextDue < until))
            nextDue = until;
        return fetched with { NextDue = nextDue };
    }

    private static void ReadReady(QueueTransaction transaction, FetchRequest request, Guid lockId, Fetched fetched)
    {
        var rows = new RowReader(transaction.Statement(Sql.FetchReady).Bind(1, fetched.QueueId).Bind(2, request.Limit));
        while (rows.Next())
            Read(rows, request, lockId, fetched);
    }

    private static void ReadPartitioned(QueueTransaction transaction, FetchRequest request, Guid lockId, Fetched fetched)
    {
        foreach (var id in Partitions.Choose(transaction, fetched.QueueId, request))
        {
            var rows = new RowReader(transaction.Statement(Sql.FetchOne).Bind(1, id));
            while (rows.Next())
                Read(rows, request, lockId, fetched);
        }
    }

    private static void Lock(QueueTransaction transaction, SqlTransportMessage message, Guid lockId, long until, Guid consumerId) =>
        transaction.Statement(Sql.Lock).Bind(1, message.MessageDeliveryId).Bind(2, lockId).Bind(3, consumerId).Bind(4, until)
            .Bind(5, transaction.Now).Execute();

    private static void Read(RowReader row, FetchRequest request, Guid lockId, Fetched fetched)
    {
        var message = MessageRow.Read(row);
        if (row.Defect is { } defect)
        {
            fetched.Unreadable.Add((message.MessageDeliveryId, defect));
            return;
        }

        (message.QueueName, message.ConsumerId, message.LockId) = (request.Queue, request.ConsumerId, lockId);
        if ((Attempt)row.Int32(MessageRow.Attempt) is not Attempt.Unmarked)
            fetched.Interrupted.Add(message.MessageDeliveryId);
        fetched.Messages.Add(message);
    }
}

/// <summary>The queue that a receiver fetches from.</summary>
internal sealed record ReceiveFrom(long Id, int MaxDeliveryCount, bool IsTemporary, long? PausedSince, long? PausedUntil)
{
    /// <exception cref="SqlTopologyException">There is no such queue.</exception>
    public static ReceiveFrom Find(QueueTransaction transaction, string name)
    {
        var find = transaction.Statement(Sql.ReceiveFrom).Bind(1, name);
        if (!find.Step())
            throw new SqlTopologyException($"Queue not found: {name}");
        var queue = new ReceiveFrom(find.Int64(0), find.Int32(1), find.Int32(2) == 1, Time(find, 3), Time(find, 4));
        find.Reset();
        return queue;
    }

    private static long? Time(SqliteStatement row, int column) => row.IsNull(column) ? null : row.Int64(column);

    public bool IsPaused(long now) => PausedSince is not null && (PausedUntil is null || PausedUntil > now);
}
