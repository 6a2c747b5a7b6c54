namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>
/// A delivery with its message, as receivers and operators read it: the same columns, so that both find the same defects.
/// </summary>
internal static class MessageRow
{
    public const string Columns = """
        d.id, d.priority, d.delivery_count, d.attempt, d.enqueued, d.expires, d.partition_key, d.routing_key, d.transport_headers,
          m.transport_message_id, m.content_type, m.message_type, m.body, m.message_id, m.correlation_id, m.conversation_id, m.request_id,
          m.initiator_id, m.source_address, m.destination_address, m.response_address, m.fault_address, m.sent, m.headers
        """;

    // A message whose content is gone is found too: else it would wait for ever, and be seen by nobody.
    public const string Tables = "FROM delivery d LEFT JOIN message m ON m.id = d.message_id";

    public const int Attempt = 3;
    public const int TransportHeaders = 8;
    public const int Headers = 23;

    /// <summary>How many columns these are.</summary>
    public const int Count = 24;

    /// <summary>Reads all of it. Headers stay JSON; what could not be read is in <see cref="RowReader.Defect"/>.</summary>
    public static SqlTransportMessage Read(RowReader row) => new()
    {
        MessageDeliveryId = row.Int64(0),
        Priority = row.Int16(1),
        DeliveryCount = Math.Min(row.Int32(2), int.MaxValue - 1) + 1, // this one, as the other providers count
        EnqueueTime = row.RequiredTime(4).UtcDateTime,
        ExpirationTime = row.Time(5)?.UtcDateTime,
        PartitionKey = row.Text(6),
        RoutingKey = row.Text(7),
        TransportHeaders = row.Text(TransportHeaders),
        TransportMessageId = row.Required(9),
        ContentType = row.Text(10),
        MessageType = row.Text(11),
        BinaryBody = row.Body(12),
        MessageId = row.Id(13),
        CorrelationId = row.Id(14),
        ConversationId = row.Id(15),
        RequestId = row.Id(16),
        InitiatorId = row.Id(17),
        SourceAddress = row.Address(18),
        DestinationAddress = row.Address(19),
        ResponseAddress = row.Address(20),
        FaultAddress = row.Address(21),
        SentTime = row.Time(22)?.UtcDateTime,
        Headers = row.Text(Headers),
    };
}
