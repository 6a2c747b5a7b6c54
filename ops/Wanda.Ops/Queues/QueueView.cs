using MassTransit.SqlTransport.Sqlite;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>A queue as an operator sees it.</summary>
public sealed record QueueView
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What its work does, as "sending to altermundi".</summary>
    public required string Does { get; init; }

    /// <summary>How it is, in a word or two: idle, working, waiting, paused, stands still, stuck.</summary>
    public required string State { get; init; }

    /// <summary>How much that should worry.</summary>
    public required Severity Severity { get; init; }

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

    /// <summary>Messages that came in during the last minute.</summary>
    public double InPerMinute { get; init; }

    /// <summary>Messages whose work was done in the last minute.</summary>
    public double DonePerMinute { get; init; }

    /// <summary>Messages that got stuck in the last minute.</summary>
    public double StuckPerMinute { get; init; }

    /// <summary>
    /// When it is empty at the pace of the last minute; null when nothing waits, or when no less waits than a minute ago.
    /// </summary>
    public TimeSpan? EmptyIn => Paused is null && Ready + InFlight > 0 && DonePerMinute > InPerMinute
        ? TimeSpan.FromMinutes(Math.Min((Ready + InFlight) / (DonePerMinute - InPerMinute), TimeSpan.FromDays(365).TotalMinutes))
        : null;

    /// <summary>When the next of the scheduled messages is due, UTC.</summary>
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>Whether work waits and nobody does any: no worker runs.</summary>
    public bool StandsStill { get; init; }

    /// <summary>The pause in force, or null.</summary>
    public QueuePause? Paused { get; init; }

    /// <summary>Whether its destination's breaker paused it: that ends by itself.</summary>
    public bool PausedByBreaker { get; init; }
}

/// <summary>A queue's pause.</summary>
/// <param name="Code">Why; null for one of 0.2.</param>
/// <param name="Reason">Why, in words, without a full stop.</param>
/// <param name="Since">Since when, UTC.</param>
/// <param name="Until">When it ends by itself, UTC; null: when it is resumed.</param>
public sealed record QueuePause(PauseCode? Code, string Reason, DateTimeOffset Since, DateTimeOffset? Until)
{
    /// <summary>As the queue's file has it.</summary>
    public static QueuePause? Of(SqliteQueuePause? pause) =>
        pause is null ? null : new(pause.Why(), PauseWords.Of(pause.Why(), pause.Reason), pause.Since, pause.Until);
}

/// <summary>A message as an operator sees it.</summary>
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

    /// <summary>Where it lies.</summary>
    public required SqliteQueuePart Part { get; init; }

    /// <summary>Why it is there; null for one that waits for its turn or is in work.</summary>
    public string? Cause { get; init; }

    /// <summary>The type of the exception that made it stuck, for whoever looks into the code.</summary>
    public string? Exception { get; init; }

    /// <summary>When it came into the queue, UTC.</summary>
    public required DateTimeOffset Enqueued { get; init; }

    /// <summary>When it comes back, or when the lock of one in work ends, UTC; null for the others.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>How often it was tried in vain.</summary>
    public int Tries { get; init; }
}

/// <summary>A queue and what is in it.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Stuck">Its stuck messages, oldest first, 100 at most.</param>
/// <param name="Later">The messages that come back later, the next one first, 20 at most.</param>
/// <param name="InWork">The messages that are being worked on, 20 at most.</param>
/// <param name="Next">The messages that wait for their turn, in their order, 20 at most.</param>
public sealed record QueueDetail(
    QueueView Queue, IReadOnlyList<QueuedWork> Stuck, IReadOnlyList<QueuedWork> Later, IReadOnlyList<QueuedWork> InWork,
    IReadOnlyList<QueuedWork> Next);

/// <summary>Everything that is known of one message.</summary>
/// <param name="Queue">The queue's name.</param>
/// <param name="Work">What an operator needs of it.</param>
/// <param name="StackTrace">Where the exception came from; null when none made it stuck.</param>
/// <param name="Headers">The sender's headers, and those of the way: redeliveries, and for a stuck one its fault.</param>
/// <param name="Body">The body as it was sent; JSON in this pipeline.</param>
public sealed record QueuedMessage(
    string Queue, QueuedWork Work, string? StackTrace, IReadOnlyDictionary<string, string?> Headers, string Body);
