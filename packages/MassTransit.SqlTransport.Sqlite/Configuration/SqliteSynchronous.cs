namespace MassTransit;

/// <summary>How carefully the SQLite transport writes.</summary>
public enum SqliteSynchronous
{
    /// <summary>
    /// A send, publish or acknowledgement that has completed has been fsynced and survives a power cut. The default. A message that is sent
    /// with <see cref="SendContext.Durable"/> off does not wait: a power cut may take it.
    /// </summary>
    Full,

    /// <summary>
    /// Nothing waits for the disk. A killed process loses nothing, but a power cut may undo the last seconds: sent messages vanish,
    /// acknowledged ones come again. The file is never damaged.
    /// </summary>
    Normal,

    /// <summary>
    /// A send or publish that has completed survives a power cut, and an acknowledgement may not: messages of the last seconds come again,
    /// and what their consumers published with them (<see cref="SqliteReceiveEndpointExtensions.PublishWithAcknowledgement"/>) is undone
    /// with it, never without. Half the flushes, for consumers that may do the same twice.
    /// </summary>
    Sent,
}
