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
            return new Fetched(queue.Id, [], [], queue.PausedUntil);
        var lockId = NewId.NextGuid();
        List<long> interrupted = [];
        var messages = request.Mode is SqlReceiveMode.Normal
            ? ReadReady(transaction, queue.Id, request, lockId, interrupted)
            : ReadPartitioned(transaction, queue.Id, request, lockId, interrupted);
        var until = Clock.Add(transaction.Now, request.LockDuration);
        foreach (var message in messages)
            Lock(transaction, message, lockId, until, request.ConsumerId);
        if (messages.Count == request.Limit)
            nextDue = transaction.Now; // There may be more.
        else if (messages.Count > 0 && !(nextDue < until))
            nextDue = until;
        return new Fetched(queue.Id, messages, interrupted, nextDue);
    }

    private static List<SqlTransportMessage> ReadReady(QueueTransaction transaction, long queue, FetchRequest request, Guid lockId, List<long> interrupted)
    {
        List<SqlTransportMessage> messages = [];
        var read = transaction.Statement(Sql.FetchReady).Bind(1, queue).Bind(2, request.Limit);
        while (read.Step())
            messages.Add(Read(read, request, lockId, interrupted));
        return messages;
    }

    private static List<SqlTransportMessage> ReadPartitioned(QueueTransaction transaction, long queue, FetchRequest request, Guid lockId,
        List<long> interrupted)
    {
        List<SqlTransportMessage> messages = [];
        foreach (var id in Partitions.Choose(transaction, queue, request))
        {
            var read = transaction.Statement(Sql.FetchOne).Bind(1, id);
            if (read.Step())
                messages.Add(Read(read, request, lockId, interrupted));
            read.Reset();
        }
        return messages;
    }

    private static void Lock(QueueTransaction transaction, SqlTransportMessage message, Guid lockId, long until, Guid consumerId) =>
        transaction.Statement(Sql.Lock).Bind(1, message.MessageDeliveryId).Bind(2, lockId).Bind(3, consumerId).Bind(4, until)
            .Bind(5, transaction.Now).Execute();

    private static SqlTransportMessage Read(SqliteStatement row, FetchRequest request, Guid lockId, List<long> interrupted)
    {
        if ((Attempt)row.Int32(3) is not Attempt.Unmarked)
            interrupted.Add(row.Int64(0));
        return new SqlTransportMessage
        {
            MessageDeliveryId = row.Int64(0),
            QueueName = request.Queue,
            ConsumerId = request.ConsumerId,
            LockId = lockId,
            Priority = (short)row.Int32(1),
            DeliveryCount = row.Int32(2) + 1, // this one, as the other providers count
            EnqueueTime = Time(row, 4)!.Value,
            ExpirationTime = Time(row, 5),
            PartitionKey = row.Text(6),
            RoutingKey = row.Text(7),
            TransportHeaders = row.Text(8),
            TransportMessageId = row.Guid(9)!.Value,
            ContentType = row.Text(10),
            MessageType = row.Text(11),
            BinaryBody = row.Blob(12).ToArray(),
            MessageId = row.Guid(13),
            CorrelationId = row.Guid(14),
            ConversationId = row.Guid(15),
            RequestId = row.Guid(16),
            InitiatorId = row.Guid(17),
            SourceAddress = Address(row, 18),
            DestinationAddress = Address(row, 19),
            ResponseAddress = Address(row, 20),
            FaultAddress = Address(row, 21),
            SentTime = Time(row, 22),
            Headers = row.Text(23),
        };
    }

    private static DateTime? Time(SqliteStatement row, int column) => row.IsNull(column) ? null : Clock.ToTime(row.Int64(column)).UtcDateTime;

    private static Uri? Address(SqliteStatement row, int column) =>
        Uri.TryCreate(row.Text(column), UriKind.Absolute, out var address) ? address : null;
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
