using System.Text.Json;
using MassTransit.Serialization;

namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>A message on its way into the file, serialized on the sender's thread so that the writer only binds bytes.</summary>
internal sealed record OutgoingMessage
{
    public required Guid TransportMessageId { get; init; }
    public required byte[] Body { get; init; }
    public string? ContentType { get; init; }
    public string? MessageTypes { get; init; }
    public Guid? MessageId { get; init; }
    public Guid? CorrelationId { get; init; }
    public Guid? ConversationId { get; init; }
    public Guid? RequestId { get; init; }
    public Guid? InitiatorId { get; init; }
    public string? SourceAddress { get; init; }
    public string? DestinationAddress { get; init; }
    public string? ResponseAddress { get; init; }
    public string? FaultAddress { get; init; }
    public DateTime? SentTime { get; init; }
    public string? Headers { get; init; }
    public short Priority { get; init; }
    public TimeSpan Delay { get; init; }
    public TimeSpan? TimeToLive { get; init; }
    public string? PartitionKey { get; init; }
    public string? RoutingKey { get; init; }
    public Guid? SchedulingToken { get; init; }

    /// <exception cref="MessageException">Something of it cannot be stored.</exception>
    public static OutgoingMessage From<T>(SqlMessageSendContext<T> context)
        where T : class
    {
        var (headers, schedulingToken) = HeadersOf(context);
        return new()
        {
            TransportMessageId = context.TransportMessageId,
            Body = context.Body.GetBytes(),
            ContentType = context.ContentType?.MediaType,
            MessageTypes = string.Join(';', context.SupportedMessageTypes),
            MessageId = context.MessageId,
            CorrelationId = context.CorrelationId,
            ConversationId = context.ConversationId,
            RequestId = context.RequestId,
            InitiatorId = context.InitiatorId,
            SourceAddress = context.SourceAddress?.ToString(),
            DestinationAddress = context.DestinationAddress?.ToString(),
            ResponseAddress = Address<T>(context.ResponseAddress, "response"),
            FaultAddress = Address<T>(context.FaultAddress, "fault"),
            SentTime = context.SentTime,
            Headers = headers,
            Priority = context.Priority ?? 100,
            Delay = context.Delay ?? TimeSpan.Zero,
            TimeToLive = context.TimeToLive,
            PartitionKey = context.PartitionKey,
            RoutingKey = context.RoutingKey,
            SchedulingToken = schedulingToken,
        };
    }

    /// <summary>
    /// Headers as MassTransit's own SQL providers write them, and <see cref="SqlTransportMessage.DeserializeHeaders"/> reads them.
    /// </summary>
    public static string? ToJson(SendHeaders headers)
    {
        var all = headers.GetAll().ToList();
        return all.Count > 0 ? JsonSerializer.Serialize(all, SystemTextJsonMessageSerializer.Options) : null;
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote; null when somebody else wrote it.</summary>
    public static SendHeaders? FromJson(string? json)
    {
        try
        {
            return SqlTransportMessage.DeserializeHeaders(json);
        }
        catch (Exception) // whatever a serializer throws
        {
            return null;
        }
    }

    private static string? Address<T>(Uri? address, string what) => address is null or { IsAbsoluteUri: true }
        ? address?.ToString()
        : throw new MessageException(typeof(T),
            $"The {what} address '{address}' is relative, and nobody could answer to it. Write it in full, such as queue:{address}");

    private static (string? Json, Guid? SchedulingToken) HeadersOf<T>(SqlMessageSendContext<T> context)
        where T : class
    {
        try
        {
            return (ToJson(context.Headers), context.Headers.Get<Guid>(MessageHeaders.SchedulingTokenId));
        }
        catch (Exception error) // whatever a serializer throws
        {
            throw new MessageException(typeof(T), $"The message's headers cannot be written as JSON: {error.Message}", error);
        }
    }
}
