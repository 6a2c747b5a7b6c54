using Dapper;
using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace Wanda.Catalog;

/// <summary>What came of the last audit of a copy.</summary>
public enum AuditOutcome
{
    /// <summary>The destination holds it.</summary>
    Held,

    /// <summary>The destination does not hold it any more; it gets the frame again.</summary>
    Lost,

    /// <summary>It could not be audited, and is looked at again later.</summary>
    Waits,
}

/// <summary>A possession question and its answer, made while the frame's bytes were at hand. It is asked once.</summary>
/// <param name="Nonce">What the destination is told: random, and told to nobody before.</param>
/// <param name="Digest">What it must answer.</param>
public sealed record PossessionChallenge(byte[] Nonce, byte[] Digest);

/// <summary>Audits of the copies that destinations hold: which are due, what came of them, and the questions kept for them.</summary>
public sealed class AuditStore
{
    private readonly SqliteFile _file;
    private readonly TimeProvider _time;

    internal AuditStore(SqliteFile file, TimeProvider time) => (_file, _time) = (file, time);

    /// <summary>
    /// The newest proofs from a destination that are due, of what is still wanted there (frames that are not discarded, the newest session
    /// directories), the soonest to expire first.
    /// </summary>
    /// <param name="destination">The destination.</param>
    /// <param name="before">Those that expire before this moment are due.</param>
    /// <param name="horizon">So are those that expire after this one: a clock that was wrong dated them (law 10).</param>
    /// <param name="notSince">A copy that was looked at after this moment is left out.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public Task<IReadOnlyList<CustodyProof>> DueAsync(
        string destination, DateTimeOffset before, DateTimeOffset horizon, DateTimeOffset notSince, int limit,
        CancellationToken cancellationToken) =>
        ProofsAsync(Sql.Due, new { destination, before, horizon, notSince, limit }, cancellationToken);

    /// <summary>Any few of the released frames that a destination has proven: a sample.</summary>
    public Task<IReadOnlyList<CustodyProof>> SampleAsync(string destination, int limit, CancellationToken cancellationToken) =>
        ProofsAsync(Sql.Sample, new { destination, limit }, cancellationToken);

    /// <summary>Records what came of an audit that brought no new proof.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="subject">The capture's id, or the session's name.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="bytes">Bytes that were read back.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public Task RecordAsync(string destination, string subject, AuditOutcome outcome, long bytes, CancellationToken cancellationToken) =>
        _file.WriteAsync(db => { Record(db, destination, subject, _time.GetUtcNow(), outcome, bytes); }, cancellationToken);

    /// <summary>Bytes that audits read back since a moment, from all destinations.</summary>
    public Task<long> BytesSinceAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.ExecuteScalar<long>(Sql.BytesSince, new { since }), cancellationToken);

    /// <summary>
    /// Released frames that one of these destinations lost, and those that no destination has a proof of at all; the one that was looked at
    /// longest ago first.
    /// </summary>
    public Task<IReadOnlyList<CaptureRecord>> ToRecallAsync(
        IReadOnlyList<string> destinations, int limit, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<CaptureRecord>>(
            db => db.Query<CaptureRecord>(Sql.ToRecall, new { destinations, limit }).AsList(), cancellationToken);

    /// <summary>Notes that a frame could not be recalled now; others come first the next time.</summary>
    public Task NotRecalledAsync(string subject, CancellationToken cancellationToken) =>
        _file.WriteAsync(db => { db.Execute(Sql.NotRecalled, new { subject, at = _time.GetUtcNow() }); }, cancellationToken);

    /// <summary>
    /// Keeps questions for a released frame's audits. They are on disk before the release is decided, which is a later write to the same
    /// log.
    /// </summary>
    public Task KeepAsync(string subject, string cid, IReadOnlyList<PossessionChallenge> challenges, CancellationToken cancellationToken) =>
        _file.WriteRelaxedAsync(db =>
        {
            foreach (var challenge in challenges)
                db.Execute(Sql.Keep, new { subject, cid, challenge.Nonce, challenge.Digest });
            return challenges.Count > 0;
        }, cancellationToken);

    /// <summary>Takes one question out, for good: it is never asked twice, not even after a crash. Null when none is left.</summary>
    public Task<PossessionChallenge?> TakeAsync(string subject, string cid, CancellationToken cancellationToken) =>
        _file.WriteAsync(db => db.QueryFirstOrDefault<PossessionChallenge>(Sql.Take, new { subject, cid }), cancellationToken);

    /// <summary>How many questions are left for a frame.</summary>
    public Task<int> LeftAsync(string subject, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.ExecuteScalar<int>(Sql.Left, new { subject }), cancellationToken);

    internal static void Record(
        SqliteConnection db, string destination, string subject, DateTimeOffset at, AuditOutcome outcome, long bytes) =>
        db.Execute(Sql.Record, new { destination, subject, at, outcome = outcome.ToString(), bytes });

    /// <summary>A proof says more than the audit before it.</summary>
    internal static void Forget(SqliteConnection db, string destination, string subject) =>
        db.Execute(Sql.Forget, new { destination, subject });

    private Task<IReadOnlyList<CustodyProof>> ProofsAsync(string sql, object parameters, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<CustodyProof>>(
            db => db.Query<ProofRow>(sql, parameters).Select(r => r.ToProof()).ToList(), cancellationToken);

    private static class Sql
    {
        private const string Newest = """
            NOT EXISTS (SELECT 1 FROM proofs n WHERE n.subject = p.subject AND n.destination = p.destination AND n.cid = p.cid
                        AND (n.proven_at > p.proven_at OR (n.proven_at = p.proven_at AND n.id > p.id)))
            """;

        public const string Due = $"""
            SELECT p.* FROM proofs p
            WHERE p.destination = @destination AND (p.expires_at <= @before OR p.expires_at > @horizon) AND {Newest}
              AND (EXISTS (SELECT 1 FROM captures c WHERE c.id = p.subject AND c.cid = p.cid AND c.discarded_at IS NULL)
                   OR EXISTS (SELECT 1 FROM sessions_with_archive s WHERE s.name = p.subject AND s.directory_cid = p.cid))
              AND NOT EXISTS (SELECT 1 FROM audits a WHERE a.destination = p.destination AND a.subject = p.subject AND a.at > @notSince)
            ORDER BY p.expires_at LIMIT @limit
            """;

        public const string Sample = $"""
            SELECT p.* FROM proofs p JOIN captures c ON c.id = p.subject
            WHERE p.destination = @destination AND p.cid = c.cid AND c.released_at IS NOT NULL AND c.discarded_at IS NULL AND {Newest}
            ORDER BY random() LIMIT @limit
            """;

        public const string Record = """
            INSERT INTO audits (destination, subject, at, outcome, bytes) VALUES (@destination, @subject, @at, @outcome, @bytes)
            ON CONFLICT (destination, subject) DO UPDATE SET at = excluded.at, outcome = excluded.outcome, bytes = excluded.bytes
            """;

        public const string Forget = "DELETE FROM audits WHERE subject = @subject AND (destination = @destination OR destination = '')";
        public const string BytesSince = "SELECT coalesce(sum(bytes), 0) FROM audits WHERE at > @since";

        public const string ToRecall = """
            SELECT c.* FROM captures c LEFT JOIN audits t ON t.destination = '' AND t.subject = c.id
            WHERE (c.released_at IS NOT NULL OR c.file_lost_at IS NOT NULL) AND c.discarded_at IS NULL AND c.cid IS NOT NULL
              AND (c.file_lost_at IS NOT NULL
                   OR EXISTS (SELECT 1 FROM audits a WHERE a.outcome = 'Lost' AND a.subject = c.id AND a.destination IN @destinations)
                   OR NOT EXISTS (SELECT 1 FROM proofs p WHERE p.subject = c.id AND p.cid = c.cid))
            ORDER BY coalesce(t.at, ''), c.id LIMIT @limit
            """;

        public const string NotRecalled = """
            INSERT INTO audits (destination, subject, at, outcome, bytes) VALUES ('', @subject, @at, 'Waits', 0)
            ON CONFLICT (destination, subject) DO UPDATE SET at = excluded.at
            """;

        public const string Keep =
            "INSERT INTO challenges (subject, cid, nonce, digest) VALUES (@subject, @cid, @Nonce, @Digest) ON CONFLICT DO NOTHING";

        public const string Take = """
            DELETE FROM challenges WHERE subject = @subject AND cid = @cid
                AND nonce = (SELECT min(nonce) FROM challenges WHERE subject = @subject AND cid = @cid)
            RETURNING nonce, digest
            """;

        public const string Left = "SELECT count(*) FROM challenges WHERE subject = @subject";
    }
}
