using MassTransit.SqlTransport.Sqlite;

namespace Wanda.Ops;

/// <summary>A queue as an operator sees it.</summary>
public sealed record QueueView
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What its work does, as "sending to altermundi".</summary>
    public required string Does { get; init; }

    /// <summary>How it is, in a word or two: idle, working, waiting, paused, stuck.</summary>
    public required string State { get; init; }

    /// <summary>How much that should worry.</summary>
    public required Alarm Alarm { get; init; }

    /// <summary>Messages that wait for their turn.</summary>
    public required long Ready { get; init; }

    /// <summary>Messages that are being worked on.</summary>
    public required long InFlight { get; init; }

    /// <summary>Messages that come back later: their work did not succeed yet.</summary>
    public required long Scheduled { get; init; }

    /// <summary>Messages that nobody will try again unless told to.</summary>
    public required long Stuck { get; init; }

    /// <summary>How long the oldest waiting message has waited; null when none waits.</summary>
    public TimeSpan? OldestAge { get; init; }

    /// <summary>When the next of the scheduled messages is due, UTC.</summary>
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>The pause in force, or null.</summary>
    public SqliteQueuePause? Paused { get; init; }

    /// <summary>Whether its destination's breaker paused it: that ends by itself.</summary>
    public bool PausedByBreaker { get; init; }
}

/// <summary>A message that is stuck, or comes back later.</summary>
public sealed record QueuedWork
{
    /// <summary>What <c>retry</c> takes.</summary>
    public required long DeliveryId { get; init; }

    /// <summary>The message's type, without its namespace: <c>CaptureAdded</c>.</summary>
    public required string Message { get; init; }

    /// <summary>The frame it is about; null for messages about something else.</summary>
    public string? CaptureId { get; init; }

    /// <summary>The frame as an operator calls it: <c>session/number</c>.</summary>
    public string? Frame { get; init; }

    /// <summary>Why it is there.</summary>
    public required string Cause { get; init; }

    /// <summary>When it came into the queue, UTC.</summary>
    public required DateTimeOffset Enqueued { get; init; }

    /// <summary>When it comes back, UTC; null when it does not by itself.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>How often it was tried.</summary>
    public int Tries { get; init; }
}

/// <summary>A queue and what is stuck or waits in it.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Stuck">Its stuck messages, oldest first, 100 at most.</param>
/// <param name="Later">The messages that come back later, the next one first, 20 at most.</param>
public sealed record QueueDetail(QueueView Queue, IReadOnlyList<QueuedWork> Stuck, IReadOnlyList<QueuedWork> Later);
