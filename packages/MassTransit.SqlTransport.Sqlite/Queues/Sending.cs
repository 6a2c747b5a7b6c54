namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>Putting messages into queues.</summary>
internal static class Sending
{
    public static void Send(QueueTransaction transaction, string queue, OutgoingMessage message) =>
        Insert(transaction, message, [transaction.QueueId(queue, QueueKind.Main)]);

    /// <summary>
    /// Sends to every queue that the topic reaches; a message that nobody subscribed to is dropped, as MassTransit defines publish.
    /// </summary>
    public static void Publish(QueueTransaction transaction, string topic, OutgoingMessage message) =>
        Insert(transaction, message, transaction.Routes.QueuesOf(transaction.Connection, topic, message.RoutingKey));

    private static void Insert(QueueTransaction transaction, OutgoingMessage message, IReadOnlyList<long> queues)
    {
        if (queues.Count == 0)
            return;
        var id = InsertMessage(transaction, message);
        for (var i = 0; i < queues.Count; i++)
            InsertDelivery(transaction, message, id, queues[i], shared: queues.Count > 1);
    }

    private static long InsertMessage(QueueTransaction transaction, OutgoingMessage message) =>
        transaction.Statement(Sql.InsertMessage)
            .Bind(1, message.TransportMessageId)
            .Bind(2, message.ContentType)
            .Bind(3, message.MessageTypes)
            .Bind(4, message.Body)
            .Bind(5, message.MessageId)
            .Bind(6, message.CorrelationId)
            .Bind(7, message.ConversationId)
            .Bind(8, message.RequestId)
            .Bind(9, message.InitiatorId)
            .Bind(10, message.SourceAddress)
            .Bind(11, message.DestinationAddress)
            .Bind(12, message.ResponseAddress)
            .Bind(13, message.FaultAddress)
            .Bind(14, message.SentTime is { } sent ? new DateTimeOffset(sent.ToUniversalTime()).ToUnixTimeMilliseconds() : null)
            .Bind(15, message.Headers)
            .Insert();

    private static void InsertDelivery(QueueTransaction transaction, OutgoingMessage message, long messageId, long queue, bool shared)
    {
        var now = transaction.Now;
        var delayed = message.Delay > TimeSpan.Zero;
        var ready = delayed ? Clock.Add(now, message.Delay) : now;
        transaction.Statement(Sql.InsertDelivery)
            .Bind(1, messageId)
            .Bind(2, shared ? 1 : 0)
            .Bind(3, queue)
            .Bind(4, message.Priority)
            .Bind(5, delayed ? ready : null)
            .Bind(6, delayed ? now : null)
            .Bind(7, now)
            .Bind(8, message.TimeToLive is { } life ? Clock.Add(ready, life < TimeSpan.Zero ? TimeSpan.Zero : life) : null)
            .Bind(9, message.PartitionKey)
            .Bind(10, message.RoutingKey)
            .Bind(11, message.CorrelationId)
            .Bind(12, message.SchedulingToken)
            .Execute();
        transaction.Changes.Enqueued(queue);
        transaction.Changes.Wake(queue);
    }
}
