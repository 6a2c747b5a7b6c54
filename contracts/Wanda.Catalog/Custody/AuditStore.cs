using Dapper;
using Microsoft.Data.Sqlite;
using Sqlite.Shared;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>What came of the last audit of a copy.</summary>
public enum AuditOutcome
{
    /// <summary>The destination holds it.</summary>
    Held,

    /// <summary>The destination does not hold it any more; it gets the frame again.</summary>
    Lost,

    /// <summary>It had to wait for its turn, and is looked at again later.</summary>
    Waits,

    /// <summary>It could not be asked for, though the destination answered for others perhaps: those have their turn first.</summary>
    Failed,
}

/// <summary>Audits of the copies that destinations hold: which are due, what came of them, and the questions kept for them.</summary>
public sealed partial class AuditStore
{
    private readonly SqliteFile _file;
    private readonly TimeProvider _time;

    internal AuditStore(SqliteFile file, TimeProvider time) => (_file, _time) = (file, time);

    /// <summary>
    /// The newest proofs from a destination that are due, of what is still wanted there (frames that are not discarded, the newest session
    /// directories), the soonest to expire first: those that end soon, and all from before the destination was doubted. Those that
    /// could not be asked for when they were looked at last have their turn behind all others.
    /// </summary>
    /// <param name="destination">The destination.</param>
    /// <param name="before">Those that expire before this moment are due.</param>
    /// <param name="horizon">So are those that expire after this one: a clock that was wrong dated them (law 10).</param>
    /// <param name="notSince">A copy that was looked at after this moment is left out.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public async Task<IReadOnlyList<CustodyProof>> DueAsync(
        string destination, DateTimeOffset before, DateTimeOffset horizon, DateTimeOffset notSince, int limit,
        CancellationToken cancellationToken)
    {
        foreach (var failed in new[] { false, true })
        {
            if (await ProofsAsync(Sql.Due, new { destination, before, notSince, failed, limit }, cancellationToken) is { Count: > 0 } due)
                return due;
        }

        return await ProofsAsync(Sql.Ahead, new { destination, horizon, notSince, failed = true, limit }, cancellationToken);
    }

    /// <summary>The newest proofs that a destination has given of these CIDs, of frames and archives that are still wanted.</summary>
    public Task<IReadOnlyList<CustodyProof>> OfAsync(string destination, IReadOnlyList<string> cids, CancellationToken cancellationToken) =>
        ProofsAsync(Sql.Of, new { destination, cids, notSince = DateTimeOffset.MaxValue, failed = true }, cancellationToken);

    /// <summary>
    /// Any few of the frames that a destination has proven, here or released: a sample. Drawn by a moment between its first and last
    /// expiry, so that it costs the same however many there are.
    /// </summary>
    public Task<IReadOnlyList<CustodyProof>> SampleAsync(string destination, int limit, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<CustodyProof>>(db =>
        {
            var drawn = new Dictionary<string, CustodyProof>();
            var (first, last) = db.QuerySingle<(DateTimeOffset?, DateTimeOffset?)>(Sql.Span, new { destination });
            for (var i = 0; first is { } from && i < limit; i++)
            {
                var at = from + (last!.Value - from) * Random.Shared.NextDouble();
                // Behind the last frame's there may be directories' expiries alone: then it is the first frame.
                if ((db.QueryFirstOrDefault<ProofRow>(Sql.SampleFrom, new { destination, at })
                    ?? db.QueryFirstOrDefault<ProofRow>(Sql.SampleFrom, new { destination, at = from }))?.ToProof() is { } proof)
                {
                    drawn[proof.Id] = proof;
                }
            }

            return [.. drawn.Values];
        }, cancellationToken);

    /// <summary>
    /// How many freed frames' newest proofs from a destination end in a span of time, and when the first does: what an outage, or audits
    /// that do not keep pace, will cost.
    /// </summary>
    public Task<EndingProofs> EndingAsync(
        string destination, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.QuerySingle<EndingProofs>(Sql.Ending, new { destination, from, to }), cancellationToken);

    /// <summary>Records what came of an audit that brought no new proof.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="subject">The capture's id, or the session's name.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="bytes">Bytes that were read back.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public Task RecordAsync(string destination, string subject, AuditOutcome outcome, long bytes, CancellationToken cancellationToken) =>
        _file.WriteAsync(db => { Record(db, destination, subject, _time.GetUtcNow(), outcome, bytes); }, cancellationToken);

    /// <summary>When an audit last found a copy gone that is not proven anew since; null: none is.</summary>
    public Task<DateTimeOffset?> LastLossAsync(CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.ExecuteScalar<DateTimeOffset?>(Sql.LastLoss), cancellationToken);

    /// <summary>Bytes of all frames that are wanted and not here. Walks all that were ever freed.</summary>
    public Task<long> FreedBytesAsync(CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.ExecuteScalar<long>(Sql.FreedBytes), cancellationToken);

    /// <summary>Bytes that audits read back since a moment, from all destinations.</summary>
    public Task<long> BytesSinceAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.ExecuteScalar<long>(Sql.BytesSince, new { since }), cancellationToken);

    /// <summary>
    /// Frames that are not here and that one of these destinations lost, or whose file is lost here; the one that was looked at longest ago
    /// first.
    /// </summary>
    /// <param name="destinations">The destinations.</param>
    /// <param name="before">Those that were looked at after this moment are left out.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public Task<IReadOnlyList<CaptureRecord>> ToRecallAsync(
        IReadOnlyList<string> destinations, DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        CapturesAsync(Sql.ToRecall, new { destinations, before, limit }, cancellationToken);

    /// <summary>Frames that are not here and that no destination of today has a proof of. Walks all released frames.</summary>
    /// <inheritdoc cref="ToRecallAsync" path="/param"/>
    public Task<IReadOnlyList<CaptureRecord>> UnprovenAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        CapturesAsync(Sql.Unproven, new { before, limit }, cancellationToken);

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
            Keep(db, subject, cid, challenges);
            return challenges.Count > 0;
        }, cancellationToken);

    /// <summary>Takes one question out, for good: it is never asked twice, not even after a crash. Null when none is left.</summary>
    public Task<PossessionChallenge?> TakeAsync(string subject, string cid, CancellationToken cancellationToken) =>
        _file.WriteAsync(db => db.QueryFirstOrDefault<PossessionChallenge>(Sql.Take, new { subject, cid }), cancellationToken);

    /// <summary>How many questions are left for a frame.</summary>
    public Task<int> LeftAsync(string subject, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.ExecuteScalar<int>(Sql.Left, new { subject }), cancellationToken);

    internal static void Keep(SqliteConnection db, string subject, string cid, IReadOnlyList<PossessionChallenge> challenges)
    {
        foreach (var challenge in challenges)
            db.Execute(Sql.Keep, new { subject, cid, challenge.Nonce, challenge.Digest });
    }

    internal static void Record(
        SqliteConnection db, string destination, string subject, DateTimeOffset at, AuditOutcome outcome, long bytes) =>
        db.Execute(Sql.Record, new { destination, subject, at, outcome = outcome.ToString(), bytes });

    /// <summary>A proof says more than the audit before it.</summary>
    internal static void Forget(SqliteConnection db, string destination, string subject) =>
        db.Execute(Sql.Forget, new { destination, subject });

    private Task<IReadOnlyList<CustodyProof>> ProofsAsync(string sql, object parameters, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<CustodyProof>>(
            db => db.Query<ProofRow>(sql, parameters).Select(r => r.ToProof()).ToList(), cancellationToken);

    private Task<IReadOnlyList<CaptureRecord>> CapturesAsync(string sql, object parameters, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<CaptureRecord>>(db => db.Query<CaptureRecord>(sql, parameters).AsList(), cancellationToken);

    private static class Sql
    {
        private const string Newest = """
            NOT EXISTS (SELECT 1 FROM proofs n WHERE n.subject = p.subject AND n.destination = p.destination AND n.cid = p.cid
                        AND (n.proven_at > p.proven_at OR (n.proven_at = p.proven_at AND n.id > p.id)))
            """;

        // One that was looked at lately has had its turn, unless a doubt came after that. A sample, which holds and brings no proof, is no
        // turn: the same copy may be drawn again and again, and its proof would end.
        // A frame that is here is sent anew to where the destination points now; one that is not is asked for there.
        private static readonly string IsWanted = $"""
            (EXISTS (SELECT 1 FROM captures c WHERE c.id = p.subject AND c.cid = p.cid AND c.discarded_at IS NULL
                     AND (p.place = d.place OR {FrameRule.IsFreed}))
             OR EXISTS (SELECT 1 FROM sessions_with_archive s WHERE s.name = p.subject AND s.directory_cid = p.cid AND p.place = d.place))
            AND NOT EXISTS (SELECT 1 FROM audits a WHERE a.destination = p.destination AND a.subject = p.subject
                            AND ((a.at > @notSince AND (a.outcome <> 'Held'
                                      OR (a.at <= p.proven_at AND (d.doubted_at IS NULL OR a.at >= d.doubted_at))))
                                 OR (a.outcome = 'Failed' AND NOT @failed)
                                 OR (a.outcome = 'Lost' AND a.at >= d.doubted_at)))
            """;

        public static readonly string Due = $"""
            SELECT p.* FROM destinations d CROSS JOIN proofs p ON p.destination = d.name
            WHERE d.name = @destination AND p.expires_at <= max(@before, coalesce(d.doubted_until, ''))
              AND (p.expires_at <= @before OR p.proven_at < d.doubted_at) AND {Newest} AND {IsWanted}
            ORDER BY p.expires_at LIMIT @limit
            """;

        public static readonly string Of = $"""
            SELECT p.* FROM destinations d CROSS JOIN proofs p ON p.destination = d.name
            WHERE d.name = @destination AND p.cid IN @cids AND {Newest} AND {IsWanted}
            """;

        public static readonly string Ahead = $"""
            SELECT p.* FROM destinations d CROSS JOIN proofs p ON p.destination = d.name
            WHERE d.name = @destination AND p.expires_at > @horizon AND {Newest} AND {IsWanted}
            ORDER BY p.expires_at LIMIT @limit
            """;

        public const string Span = "SELECT min(expires_at), max(expires_at) FROM proofs WHERE destination = @destination";

        public static readonly string SampleFrom = $"""
            SELECT p.* FROM proofs p JOIN captures c ON c.id = p.subject
            WHERE p.destination = @destination AND p.expires_at >= @at AND p.cid = c.cid AND c.discarded_at IS NULL AND {CopyRule.IsOfToday} AND {Newest}
            ORDER BY p.expires_at LIMIT 1
            """;

        public static readonly string Ending = $"""
            SELECT count(*) AS frames, min(p.expires_at) AS first_at FROM proofs p JOIN captures c ON c.id = p.subject
            WHERE p.destination = @destination AND p.expires_at > @from AND p.expires_at <= @to AND p.cid = c.cid AND {FrameRule.IsFreed}
              AND {CopyRule.IsOfToday} AND {Newest}
            """;

        public const string Record = """
            INSERT INTO audits (destination, subject, at, outcome, bytes) VALUES (@destination, @subject, @at, @outcome, @bytes)
            ON CONFLICT (destination, subject) DO UPDATE SET at = excluded.at, outcome = excluded.outcome, bytes = excluded.bytes
            """;

        public const string Forget = "DELETE FROM audits WHERE subject = @subject AND (destination = @destination OR destination = '')";
        public const string LastLoss = "SELECT max(at) FROM audits WHERE outcome = 'Lost'";
        public const string FreedBytes =
            "SELECT coalesce(sum(size_bytes), 0) FROM captures WHERE released_at IS NOT NULL AND discarded_at IS NULL";

        public const string BytesSince = "SELECT coalesce(sum(bytes), 0) FROM audits WHERE at > @since";

        public const string InTurn = """
            FROM captures c LEFT JOIN audits t ON t.destination = '' AND t.subject = c.id
            WHERE c.cid IS NOT NULL AND coalesce(t.at, '') <= @before
            """;

        public static readonly string ToRecall = $"""
            SELECT c.* {InTurn} AND {FrameRule.IsFreed} AND c.id IN
                (SELECT id FROM captures WHERE file_lost_at IS NOT NULL
                 UNION SELECT a.subject FROM audits a WHERE a.outcome = 'Lost' AND a.destination IN @destinations)
            ORDER BY coalesce(t.at, ''), c.id LIMIT @limit
            """;

        public static readonly string Unproven = $"""
            SELECT c.* {InTurn} AND c.released_at IS NOT NULL AND c.discarded_at IS NULL
              AND NOT EXISTS (SELECT 1 FROM proofs p WHERE {CopyRule.IsOfFrame} AND {CopyRule.IsOfToday})
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
