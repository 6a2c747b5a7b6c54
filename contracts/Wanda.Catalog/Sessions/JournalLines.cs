using Dapper;
using Microsoft.Data.Sqlite;
using Sqlite.Shared;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>A line that a session's journal is to have.</summary>
/// <param name="Session">The session.</param>
/// <param name="Entry">The line, with the number of its fact.</param>
internal sealed record JournalLine(SessionName Session, JournalEntry Entry);

/// <summary>
/// What the journals are told of the catalogue's facts: each event of a frame or a session that has a line, in the order in which they
/// were committed. A line is made of the row as it stands, so one that was overtaken (a proof that was taken back since) is not made.
/// </summary>
internal sealed class JournalLines(SqliteFile file, TimeProvider time)
{
    private const string WrittenKey = "journal_seq";

    /// <summary>The newest fact whose line is known to be written, with all before it.</summary>
    public Task<long> WrittenAsync(CancellationToken cancellationToken) =>
        file.ReadAsync(db => db.ExecuteScalar<long?>(Sql.Written, new { key = WrittenKey }) ?? 0, cancellationToken);

    /// <summary>
    /// Notes that all lines up to a fact are written, and how long the journals are then. It goes along with the next write: where a kill
    /// takes it, the journals' last lines tell it.
    /// </summary>
    public void NoteWritten(long seq, IReadOnlyDictionary<SessionName, long> bytes) => file.WriteAlong(db =>
    {
        foreach (var (name, length) in bytes)
            db.Execute(Sql.Length, new { name, bytes = length });
        db.Execute(Sql.Advance, new { key = WrittenKey, value = seq });
    });

    /// <summary>The lines after a fact, in order, from at most so many events; and the last of those.</summary>
    public Task<(IReadOnlyList<JournalLine> Lines, long Last)> AfterAsync(long seq, int limit, CancellationToken cancellationToken) =>
        file.ReadAsync<(IReadOnlyList<JournalLine>, long)>(db =>
        {
            var rows = db.Query<Row, CaptureRecord?, (Row Event, CaptureRecord? Capture)>(
                Sql.After, (e, c) => (e, c), new { seq, limit }, splitOn: "id").AsList();
            var lines = rows.Select(r => Line(db, r.Event, r.Capture)).OfType<JournalLine>().ToList();
            // With fewer than were asked for, all that were committed are looked through.
            return (lines, rows.Count < limit ? db.ExecuteScalar<long>(Sql.Newest) : rows[^1].Event.Seq);
        }, cancellationToken);

    /// <summary>The frames of a session with their proofs, as the rows stand now.</summary>
    public Task<IReadOnlyList<(CaptureRecord Capture, IReadOnlyList<CustodyProof> Proofs)>> OfSessionAsync(
        SessionName session, CancellationToken cancellationToken) =>
        file.ReadAsync<IReadOnlyList<(CaptureRecord, IReadOnlyList<CustodyProof>)>>(db =>
        {
            var proofs = db.Query<ProofRow>(Sql.ProofsOfSession, new { session }).ToLookup(p => p.Subject, p => p.ToProof());
            return db.Query<CaptureRecord>(Sql.OfSession, new { session })
                .Select(c => (c, (IReadOnlyList<CustodyProof>)[.. proofs[$"{c.Id}"]])).ToList();
        }, cancellationToken);

    /// <summary>
    /// No number is given twice, also where the catalogue is older than its journals: the next fact's is higher than this one.
    /// </summary>
    public Task SkipToAsync(long seq, CancellationToken cancellationToken) => file.WriteAsync(db =>
    {
        if (db.ExecuteScalar<long>(Sql.Newest) >= seq)
            return;
        db.Execute(Sql.Skip, new { seq, at = time.GetUtcNow(), kind = nameof(EventKind.Failed) });
    }, cancellationToken);

    private static JournalLine? Line(SqliteConnection db, Row e, CaptureRecord? capture)
    {
        if (capture is not null)
        {
            return Entry(db, e, capture) is { } entry
                ? new JournalLine(capture.Session, entry with { Id = capture.Id, Seq = e.Seq }) : null;
        }

        return JournalEntry.SessionTold.Of(db.QuerySingleOrDefault<SessionRecord>(Sql.Session, new { name = e.Subject })) is { } told
            ? new JournalLine(told.Session, told with { Seq = e.Seq }) : null;
    }

    private static JournalEntry? Entry(SqliteConnection db, Row e, CaptureRecord capture) => e.Kind switch
    {
        EventKind.Saved => new JournalEntry.FrameSaved { Capture = capture.AsSaved() },
        EventKind.Added when capture.Cid is { } cid => new JournalEntry.FrameAdded { Cid = cid, DagBytes = capture.DagBytes ?? 0 },
        EventKind.Proven when db.QuerySingleOrDefault<ProofRow>(Sql.Proof, new { id = e.Line }) is { } proof =>
            new JournalEntry.FrameProven { Proof = proof.ToProof() },
        EventKind.Lost => new JournalEntry.ProofRevoked { Destination = e.Line },
        EventKind.Released when capture.ReleasedAt is { } at => new JournalEntry.FrameReleased { At = at },
        EventKind.Recalled => new JournalEntry.FrameRecalled { At = e.At },
        EventKind.Original when capture.Original is { } state =>
            new JournalEntry.FrameOriginal { State = state, At = capture.OriginalAt ?? e.At },
        EventKind.Discarded when capture.DiscardedAt is not null => Discarded(capture),
        _ => null,
    };

    internal static JournalEntry.FrameDiscarded Discarded(CaptureRecord capture) => new()
    {
        Id = capture.Id,
        At = capture.DiscardedAt!.Value,
        By = capture.DiscardedBy ?? "",
        Reason = capture.DiscardReason ?? "",
    };

    private sealed class Row
    {
        public long Seq { get; init; }
        public DateTimeOffset At { get; init; }
        public EventKind Kind { get; init; }
        public string Subject { get; init; } = "";
        public string Line { get; init; } = "";
    }

    private static class Sql
    {
        public const string Written = "SELECT CAST(value AS INTEGER) FROM node WHERE key = @key";

        public const string Advance = """
            INSERT INTO node (key, value) VALUES (@key, @value)
            ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE CAST(excluded.value AS INTEGER) > CAST(value AS INTEGER)
            """;

        public const string Length = "UPDATE sessions SET journal_bytes = @bytes WHERE name = @name AND journal_bytes IS NOT @bytes";

        public const string After = """
            SELECT e.seq, e.at, e.kind, e.subject, e.line, c.* FROM events e LEFT JOIN captures c ON c.id = e.subject
            WHERE e.seq > @seq AND e.line IS NOT NULL AND (c.id IS NOT NULL OR e.kind = 'Told') ORDER BY e.seq LIMIT @limit
            """;

        public const string Session = "SELECT * FROM sessions WHERE name = @name";

        public const string Newest = "SELECT coalesce(max(seq), 0) FROM events";
        public const string Proof = "SELECT * FROM proofs WHERE id = @id";
        public const string OfSession = "SELECT * FROM captures WHERE session = @session ORDER BY number";

        public const string ProofsOfSession =
            "SELECT p.* FROM captures c JOIN proofs p ON p.subject = c.id WHERE c.session = @session ORDER BY p.proven_at DESC";

        public const string Skip =
            "INSERT INTO events (seq, at, subject, kind, detail) VALUES (@seq, @at, 'catalogue', @kind, 'the journals know more than it')";
    }
}
