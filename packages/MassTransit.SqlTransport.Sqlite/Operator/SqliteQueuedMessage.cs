namespace MassTransit.SqlTransport.Sqlite;

/// <summary>A message as it lies in a queue.</summary>
public sealed record SqliteQueuedMessage
{
    /// <summary>
    /// Identifies this message in this queue, for <see cref="ISqliteQueues.RequeueAsync(string, long, CancellationToken)"/>.
    /// </summary>
    public required long DeliveryId { get; init; }

    /// <summary>MassTransit's message id.</summary>
    public Guid? MessageId { get; init; }

    /// <summary>The correlation id.</summary>
    public Guid? CorrelationId { get; init; }

    /// <summary>The message's types, most derived first, as <c>urn:message:Namespace:Type</c>.</summary>
    public IReadOnlyList<string> MessageTypes { get; init; } = [];

    /// <summary>The media type of <see cref="Body"/>, usually <c>application/json</c>.</summary>
    public string? ContentType { get; init; }

    /// <summary>The body as it was sent.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Headers set by the sender.</summary>
    public IReadOnlyDictionary<string, string?> Headers { get; init; } = new Dictionary<string, string?>();

    /// <summary>Headers added on the way: redelivery count, and for a failed message MassTransit's <c>MT-Fault-*</c>.</summary>
    public IReadOnlyDictionary<string, string?> TransportHeaders { get; init; } = new Dictionary<string, string?>();

    /// <summary>Lower is delivered first; 100 unless the sender said otherwise.</summary>
    public short Priority { get; init; }

    /// <summary>When it came into the queue.</summary>
    public DateTimeOffset Enqueued { get; init; }

    /// <summary>When a scheduled message becomes ready, or the lock of one in flight ends.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>When it expires; null: never.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Deliveries that failed so far.</summary>
    public int DeliveryCount { get; init; }

    /// <summary>Where it was sent from.</summary>
    public string? SourceAddress { get; init; }

    /// <summary>
    /// For a failed message, why it is where it is: the fault's message, or <c>expired</c>, <c>delivery limit</c>, <c>skipped</c>,
    /// <c>unreadable: ...</c>.
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>
    /// What of the message cannot be read here, because another program wrote it or the disk lost it; null for nothing. The rest is shown.
    /// A receiver makes such a message a dead letter when its turn comes.
    /// </summary>
    public string? Unreadable { get; init; }

    /// <summary>For a message in error, the type of the exception.</summary>
    public string? ExceptionType { get; init; }

    /// <summary>For a message in error, the stack trace.</summary>
    public string? StackTrace { get; init; }
}
