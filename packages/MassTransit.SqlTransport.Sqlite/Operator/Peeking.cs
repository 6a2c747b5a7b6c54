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
        read.Bind(1, place).Bind(2, limit).Bind(3, offset);
        while (read.Step())
            messages.Add(Message(read));
        return messages;
    }

    public static QueueKind KindOf(SqliteQueuePart part) => part switch
    {
        SqliteQueuePart.Error => QueueKind.Error,
        SqliteQueuePart.Skipped => QueueKind.Skipped,
        SqliteQueuePart.DeadLetter => QueueKind.DeadLetter,
        _ => QueueKind.Main,
    };

    private static SqliteQueuedMessage Message(SqliteStatement row)
    {
        var transportHeaders = Headers(row.Text(7));
        return new SqliteQueuedMessage
        {
            DeliveryId = row.Int64(0),
            MessageId = row.Guid(1),
            CorrelationId = row.Guid(2),
            MessageTypes = row.Text(3)?.Split(';') ?? [],
            ContentType = row.Text(4),
            Body = row.Blob(5).ToArray(),
            Headers = Headers(row.Text(6)),
            TransportHeaders = transportHeaders,
            Priority = (short)row.Int32(8),
            Enqueued = Clock.ToTime(row.Int64(9)),
            Due = Time(row, 10),
            Expires = Time(row, 11),
            DeliveryCount = row.Int32(12),
            SourceAddress = row.Text(13),
            Reason = row.Text(14),
            ExceptionType = transportHeaders.GetValueOrDefault(MessageHeaders.FaultExceptionType),
            StackTrace = transportHeaders.GetValueOrDefault(MessageHeaders.FaultStackTrace),
        };
    }

    private static Dictionary<string, string?> Headers(string? json) =>
        SqlTransportMessage.DeserializeHeaders(json).GetAll().ToDictionary(header => header.Key, header => header.Value?.ToString());

    private static DateTimeOffset? Time(SqliteStatement row, int column) => row.IsNull(column) ? null : Clock.ToTime(row.Int64(column));
}
