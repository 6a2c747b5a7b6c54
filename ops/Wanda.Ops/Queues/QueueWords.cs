using System.Globalization;
using MassTransit.SqlTransport.Sqlite;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>The queues in the operator's words.</summary>
public static class QueueWords
{
    /// <summary>Said where one stuck message and all that comes back later are asked for together.</summary>
    public const string OneOrLater = "Nothing was tried again: name one stuck message, or ask for what comes back later, not both.";

    private static readonly string OffloadPrefix = QueueNames.Offload("");

    /// <summary>What a queue's work does.</summary>
    public static string Does(string queue) => queue switch
    {
        QueueNames.Thumbnail => "making previews",
        QueueNames.IpfsAdd => "computing CIDs",
        QueueNames.Release => "freeing local space",
        QueueNames.SessionArchive => "archiving sessions",
        QueueNames.IpnsPublish => "publishing the name",
        _ when Destination(queue) is { } destination => $"sending to {destination}",
        _ => queue,
    };

    /// <summary>The destination that a queue sends to, or null.</summary>
    public static string? Destination(string queue) =>
        queue.StartsWith(OffloadPrefix, StringComparison.Ordinal) ? queue[OffloadPrefix.Length..] : null;

    /// <summary>Whether a frame must go through a queue to be anywhere else.</summary>
    public static bool LeadsAway(string queue) => queue == QueueNames.IpfsAdd || Destination(queue) is not null;

    /// <summary>Where a queue comes in the order of a frame's way.</summary>
    public static int Order(string queue) => queue switch
    {
        QueueNames.Thumbnail => 0,
        QueueNames.IpfsAdd => 1,
        QueueNames.Release => 3,
        QueueNames.SessionArchive => 4,
        QueueNames.IpnsPublish => 5,
        _ => Destination(queue) is null ? 6 : 2,
    };

    /// <summary>How a queue is.</summary>
    public static (string State, Severity Severity) State(SqliteQueueInfo queue, bool standsStill)
    {
        if (queue.Error + queue.DeadLetter + queue.Skipped > 0)
            return ("stuck", Severity.NeedsYou);
        if (standsStill)
            return ("stands still", Severity.NeedsYou);
        if (queue.Paused is not null)
            return ("paused", Severity.Waiting);
        if (queue.InFlight > 0)
            return ("working", Severity.Calm);
        if (queue.Ready > 0)
            return ("waiting", Severity.Waiting);
        return queue.Scheduled > 0 ? ("tries again later", Severity.Waiting) : ("idle", Severity.Calm);
    }

    /// <summary>Why a queue is paused, as it reads after its name and "is".</summary>
    public static string Pause(QueuePause pause, DateTimeOffset now, TimeZoneInfo zone) =>
        $"paused since {OperatorTime.Clock(pause.Since, now, zone)}, "
            + $"{(pause.Until is { } until ? $"until {OperatorTime.Clock(until, now, zone)}" : "until you resume it")}: "
            + $"{pause.Reason}.";

    /// <summary>What came of a queue that was told to go on.</summary>
    public static string Resumed(ResumedQueue resumed) => resumed switch
    {
        { WasPaused: false } => "It was not paused. What comes back later is tried now by 'wanda queue retry NAME --later'.",
        { Sooner: > 0 and var sooner } =>
            $"It goes on; {sooner:N0} that would have come back later {(sooner == 1 ? "comes" : "come")} now.",
        _ => "It goes on.",
    };

    /// <summary>A rate a minute, short enough for a column: <c>0</c>, <c>0.5</c>, <c>1,200</c>.</summary>
    public static string Rate(double perMinute) =>
        perMinute.ToString(perMinute is > 0 and < 10 ? "0.#" : "N0", CultureInfo.InvariantCulture);

    /// <summary>Where a message lies, in a word or two.</summary>
    public static string Of(SqliteQueuePart part) => part switch
    {
        SqliteQueuePart.InFlight => "in work",
        SqliteQueuePart.Scheduled => "coming back later",
        SqliteQueuePart.DeadLetter => "dead letter",
        _ => part.ToString().ToLowerInvariant(),
    };
}
