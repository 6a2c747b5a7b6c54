namespace MassTransit.SqlTransport.Sqlite;

/// <summary>The places where a message of a queue can be.</summary>
public enum SqliteQueuePart
{
    /// <summary>Waiting for a receiver.</summary>
    Ready,

    /// <summary>Fetched by a receiver, and locked until it is done or the lock ends.</summary>
    InFlight,

    /// <summary>To become ready later: scheduled, or waiting for redelivery.</summary>
    Scheduled,

    /// <summary>The consumer failed for good (MassTransit's <c>_error</c>).</summary>
    Error,

    /// <summary>No consumer of the queue wanted it (MassTransit's <c>_skipped</c>).</summary>
    Skipped,

    /// <summary>It expired, or was delivered as often as the queue allows.</summary>
    DeadLetter,
}
