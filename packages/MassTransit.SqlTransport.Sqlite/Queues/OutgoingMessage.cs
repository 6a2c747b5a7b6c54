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

    public static OutgoingMessage From<T>(SqlMessageSendContext<T> context)
        where T : class => new()
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
            ResponseAddress = context.ResponseAddress?.ToString(),
            FaultAddress = context.FaultAddress?.ToString(),
            SentTime = context.SentTime,
            Headers = ToJson(context.Headers),
            Priority = context.Priority ?? 100,
            Delay = context.Delay ?? TimeSpan.Zero,
            TimeToLive = context.TimeToLive,
            PartitionKey = context.PartitionKey,
            RoutingKey = context.RoutingKey,
            SchedulingToken = context.Headers.Get<Guid>(MessageHeaders.SchedulingTokenId),
        };

    /// <summary>Headers as MassTransit's own SQL providers write them, and <see cref="SqlTransportMessage.DeserializeHeaders"/> reads them.</summary>
    public static string? ToJson(SendHeaders headers)
    {
        var all = headers.GetAll().ToList();
        return all.Count > 0 ? JsonSerializer.Serialize(all, SystemTextJsonMessageSerializer.Options) : null;
    }
}
