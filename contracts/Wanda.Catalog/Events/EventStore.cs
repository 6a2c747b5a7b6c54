using Dapper;
using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace Wanda.Catalog;

/// <summary>What happened to a frame, a session or a destination.</summary>
public enum EventKind
{
    /// <summary>The frame was saved.</summary>
    Saved,

    /// <summary>It got its CID.</summary>
    Added,

    /// <summary>Its preview was made, or found impossible.</summary>
    Previewed,

    /// <summary>A destination took it.</summary>
    Pushed,

    /// <summary>A destination proved that it holds it.</summary>
    Proven,

    /// <summary>A destination turned out not to hold it.</summary>
    Lost,

    /// <summary>Something was tried and did not work.</summary>
    Failed,

    /// <summary>It is proven and still kept, for a reason.</summary>
    Held,

    /// <summary>The release door was opened.</summary>
    Releasing,

    /// <summary>The local bytes were freed.</summary>
    Released,

    /// <summary>An operator discarded it.</summary>
    Discarded,

    /// <summary>A session's directory was made.</summary>
    Archived,

    /// <summary>A destination was paused.</summary>
    Paused,

    /// <summary>A destination is used again.</summary>
    Resumed,

    /// <summary>A name was published.</summary>
    Published,

    /// <summary>A destination proved again that it holds it.</summary>
    Audited,

    /// <summary>A released frame's bytes were brought back, to be sent again.</summary>
    Recalled,

    /// <summary>A discarded frame's local bytes are gone.</summary>
    Erased,

    /// <summary>A destination let a discarded frame go.</summary>
    Unpinned,

    /// <summary>Something became of the watched file that it was taken from.</summary>
    Original,

    /// <summary>It was found out, or said by the operator, whether a destination is on this machine.</summary>
    Judged,

    /// <summary>A session is a run of another program, or that program said something of it.</summary>
    Told,
}

/// <summary>One line of a timeline.</summary>
/// <param name="Seq">Its place: later lines have higher numbers, whatever the clock said.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Subject">Capture id, session name or destination name.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Detail">In words.</param>
public sealed record CustodyEvent(long Seq, DateTimeOffset At, string Subject, EventKind Kind, string Detail);

/// <summary>The timelines: written with the change that they tell, in the same transaction.</summary>
public sealed class EventStore
{
    /// <summary>What an event's line in a journal is about when that is the frame itself.</summary>
    internal const string OfFrame = "";

    /// <summary>What it is about when that is the session itself.</summary>
    internal const string OfSession = "session";

    // The same failure repeated all night is one line with a count in the logs, not a thousand rows.
    private const int MaxDetail = 500;
    private readonly SqliteFile _file;
    private readonly TimeProvider _time;

    internal EventStore(SqliteFile file, TimeProvider time) => (_file, _time) = (file, time);

    /// <summary>Notes that something did not work. The same words twice in a row for one subject are noted once.</summary>
    public Task FailedAsync(string subject, string detail, CancellationToken cancellationToken) => _file.WriteRelaxedAsync(db =>
    {
        if (db.QueryFirstOrDefault<string>(Sql.Last, new { subject }) == Cut(detail))
            return false;
        Append(db, _time, subject, EventKind.Failed, detail);
        return true;
    }, cancellationToken);

    /// <summary>A subject's timeline in order, at most the newest <paramref name="limit"/> lines.</summary>
    public Task<IReadOnlyList<CustodyEvent>> OfAsync(string subject, int limit, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<CustodyEvent>>(db =>
            db.Query<Row>(Sql.Of, new { subject, limit }).Select(r => r.ToEvent()).ToList(), cancellationToken);

    /// <summary>Everything after a place, in order: what a live view follows.</summary>
    public Task<IReadOnlyList<CustodyEvent>> AfterAsync(long seq, int limit, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<CustodyEvent>>(db =>
            db.Query<Row>(Sql.After, new { seq, limit }).Select(r => r.ToEvent()).ToList(), cancellationToken);

    /// <summary>The newest place; 0 when nothing happened yet.</summary>
    public Task<long> NewestAsync(CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.ExecuteScalar<long>(Sql.Newest), cancellationToken);

    /// <summary>Writes a line of a timeline, in the transaction of the change that it tells.</summary>
    /// <param name="db">The transaction's connection.</param>
    /// <param name="time">The clock.</param>
    /// <param name="subject">Whose timeline.</param>
    /// <param name="kind">What happened.</param>
    /// <param name="detail">In words.</param>
    /// <param name="line">
    /// What the session's journal is told: <see cref="OfFrame"/>, <see cref="OfSession"/>, a proof's id, or a destination; null: nothing.
    /// </param>
    internal static void Append(
        SqliteConnection db, TimeProvider time, string subject, EventKind kind, string detail, string? line = null) =>
        Append(db, time.GetUtcNow(), subject, kind, detail, line);

    /// <inheritdoc cref="Append(SqliteConnection, TimeProvider, string, EventKind, string, string?)"/>
    internal static void Append(
        SqliteConnection db, DateTimeOffset at, string subject, EventKind kind, string detail, string? line) =>
        db.Execute(Sql.Append, new { at, subject, kind = kind.ToString(), detail = Cut(detail), line });

    private static string Cut(string detail) => detail.Length <= MaxDetail ? detail : detail[..MaxDetail];

    private sealed class Row
    {
        public long Seq { get; init; }
        public DateTimeOffset At { get; init; }
        public string Subject { get; init; } = "";
        public EventKind Kind { get; init; }
        public string Detail { get; init; } = "";

        public CustodyEvent ToEvent() => new(Seq, At, Subject, Kind, Detail);
    }

    private static class Sql
    {
        public const string Append = "INSERT INTO events (at, subject, kind, detail, line) VALUES (@at, @subject, @kind, @detail, @line)";
        public const string Last = "SELECT detail FROM events WHERE subject = @subject ORDER BY seq DESC LIMIT 1";
        public const string Of =
            "SELECT * FROM (SELECT * FROM events WHERE subject = @subject ORDER BY seq DESC LIMIT @limit) ORDER BY seq";
        public const string After = "SELECT * FROM events WHERE seq > @seq ORDER BY seq LIMIT @limit";
        public const string Newest = "SELECT coalesce(max(seq), 0) FROM events";
    }
}
