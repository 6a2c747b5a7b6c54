namespace MassTransit.SqlTransport.Sqlite;

/// <summary>A queue and how many messages are where, at one moment.</summary>
/// <param name="Name">The queue's name.</param>
/// <param name="Ready">Messages that wait for a receiver.</param>
/// <param name="InFlight">Messages that receivers hold.</param>
/// <param name="Scheduled">Messages that become ready later.</param>
/// <param name="Error">Messages whose consumer failed for good.</param>
/// <param name="Skipped">Messages that no consumer wanted.</param>
/// <param name="DeadLetter">Messages that expired or exceeded the delivery limit.</param>
public sealed record SqliteQueueInfo(string Name, long Ready, long InFlight, long Scheduled, long Error, long Skipped, long DeadLetter)
{
    /// <summary>How long the oldest ready message has been in the queue; null when none is ready.</summary>
    public TimeSpan? OldestAge { get; init; }

    /// <summary>When the next scheduled message becomes ready; null when none is scheduled.</summary>
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>The pause in force; null when receivers may fetch.</summary>
    public SqliteQueuePause? Paused { get; init; }

    /// <summary>
    /// Messages that came in during the last minute. Like the two below it is noted by a bus's maintenance, which is on by default.
    /// </summary>
    public double EnqueuedPerMinute { get; init; }

    /// <summary>Messages that consumers finished during the last minute.</summary>
    public double CompletedPerMinute { get; init; }

    /// <summary>Messages that went to error, skipped or dead letter during the last minute.</summary>
    public double FailedPerMinute { get; init; }

    /// <summary>Messages that came into the queue since it was created.</summary>
    public long TotalEnqueued { get; init; }

    /// <summary>Messages that consumers finished since the queue was created.</summary>
    public long TotalCompleted { get; init; }

    /// <summary>Messages that went to error, skipped or dead letter since the queue was created.</summary>
    public long TotalFailed { get; init; }

    /// <summary>Deliveries that may fail before a message becomes a dead letter; null when there is no limit.</summary>
    public int? MaxDeliveryCount { get; init; }

    /// <summary>For a temporary queue, how long it may be idle before it is deleted; null for a lasting one.</summary>
    public TimeSpan? AutoDeleteOnIdle { get; init; }
}

/// <summary>Why and for how long a queue is paused.</summary>
/// <param name="Reason">Why, in the words that were given.</param>
/// <param name="Since">When it was paused.</param>
/// <param name="Until">When it resumes by itself; null: only when told.</param>
public sealed record SqliteQueuePause(string Reason, DateTimeOffset Since, DateTimeOffset? Until)
{
    /// <summary>
    /// What a program tells it by, as it was given to
    /// <see cref="ISqliteQueues.PauseAsync(string, string, DateTimeOffset?, string?, CancellationToken)"/>; null: nothing was given, or the
    /// pause is of a version before 0.3.
    /// </summary>
    public string? Code { get; init; }
}
