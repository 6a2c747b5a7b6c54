using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>Looking at messages without taking them.</summary>
internal static class Peeking
{
    public static List<SqliteQueuedMessage> Read(SqliteConnection connection, string queue, SqliteQueuePart part, int limit, int offset)
    {
        List<SqliteQueuedMessage> messages = [];
        if (QueueInfos.Place(connection, queue, KindOf(part)) is not { } place)
            return messages;
        var read = part is SqliteQueuePart.InFlight or SqliteQueuePart.Scheduled
            ? connection.Statement(OperatorSql.PeekDue).Bind(4, part is SqliteQueuePart.InFlight ? 1 : 0)
            : connection.Statement(OperatorSql.PeekReady);
        var rows = new RowReader(read.Bind(1, place).Bind(2, limit).Bind(3, offset));
        while (rows.Next())
            messages.Add(Message(rows));
        return messages;
    }

    public static QueueKind KindOf(SqliteQueuePart part) => part switch
    {
        SqliteQueuePart.Error => QueueKind.Error,
        SqliteQueuePart.Skipped => QueueKind.Skipped,
        SqliteQueuePart.DeadLetter => QueueKind.DeadLetter,
        _ => QueueKind.Main,
    };

    private static SqliteQueuedMessage Message(RowReader row)
    {
        var message = MessageRow.Read(row);
        var transportHeaders = row.Headers(MessageRow.TransportHeaders, message.TransportHeaders);
        return new SqliteQueuedMessage
        {
            DeliveryId = message.MessageDeliveryId,
            MessageId = message.MessageId,
            CorrelationId = message.CorrelationId,
            MessageTypes = message.MessageType?.Split(';') ?? [],
            ContentType = message.ContentType,
            Body = message.BinaryBody,
            Headers = row.Headers(MessageRow.Headers, message.Headers),
            TransportHeaders = transportHeaders,
            Priority = message.Priority,
            Enqueued = message.EnqueueTime,
            Due = row.Time(MessageRow.Count),
            Expires = message.ExpirationTime,
            DeliveryCount = message.DeliveryCount - 1,
            SourceAddress = message.SourceAddress?.OriginalString,
            Reason = row.Text(MessageRow.Count + 1),
            ExceptionType = transportHeaders.GetValueOrDefault(MessageHeaders.FaultExceptionType),
            StackTrace = transportHeaders.GetValueOrDefault(MessageHeaders.FaultStackTrace),
            Unreadable = row.Defect, // last: by now all has been read
        };
    }
}
