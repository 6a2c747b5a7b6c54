using Dapper;
using Sqlite.Shared;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>
/// What an operator's screens read; nothing here writes. Everywhere, <c>countThisMachine</c> says whether a proof from this machine counts
/// as a copy: in <c>wanda demo</c> alone. A proof expires by the newest time on record, never by a clock that nobody believes (law 10).
/// </summary>
public sealed partial class ReportStore
{
    /// <summary>How many of the newest timeline lines are looked through for the pace.</summary>
    private const int PaceLines = 4000;
    private readonly SqliteFile _file;

    internal ReportStore(SqliteFile file) => _file = file;

    /// <summary>How many frames, of all nights, are on this node only, and their bytes.</summary>
    public Task<CustodyCounts> OnlyHereAsync(bool countThisMachine, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.QuerySingle<CustodyCounts>(Sql.CountOnlyHere, new { countThisMachine }), cancellationToken);

    /// <summary>
    /// How many frames, of all nights, are freed here and not proven by any destination of today: lost, or left behind at one of before.
    /// Walks all released frames.
    /// </summary>
    public Task<IReadOnlyList<UnprovenCount>> UnprovenAsync(bool countThisMachine, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<UnprovenCount>>(
            db => db.Query<UnprovenCount>(Sql.CountUnproven, new { countThisMachine }).AsList(), cancellationToken);

    /// <summary>
    /// How many frames, of all nights, are freed here and proven by a destination on this machine alone. Walks all freed frames.
    /// </summary>
    public Task<FileCount> NearAsync(bool countThisMachine, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.QuerySingle<FileCount>(Sql.CountNear, new { countThisMachine }), cancellationToken);

    /// <summary>How many frames, of all nights, are freed here with a proof that has expired. Walks all released frames.</summary>
    public Task<FileCount> ExpiredAsync(bool countThisMachine, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.QuerySingle<FileCount>(Sql.CountExpired, new { countThisMachine }), cancellationToken);

    /// <summary>The pace at which frames became safe since a moment, from the newest 4000 timeline lines at most.</summary>
    public Task<ProvenPace> PaceAsync(DateTimeOffset since, bool countThisMachine, CancellationToken cancellationToken) =>
        _file.ReadAsync(
            db => db.QuerySingle<ProvenPace>(Sql.Pace, new { since, lines = PaceLines, countThisMachine }), cancellationToken);

    /// <summary>How many frames were saved in a span, discarded ones aside, and their bytes.</summary>
    public Task<CustodyCounts> SavedAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        _file.ReadAsync(
            db => db.QuerySingle<CustodyCounts>(Sql.CountSaved, new { low = CaptureIds.FirstAt(from), high = CaptureIds.FirstAt(to) }),
            cancellationToken);

    /// <summary>Bytes of the frames that are proven and still here: what a release could free.</summary>
    public Task<long> KeptBytesAsync(bool countThisMachine, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.ExecuteScalar<long>(Sql.KeptBytes, new { countThisMachine }), cancellationToken);

    /// <summary>Bytes of the frames that became safe since a moment.</summary>
    public Task<long> SumProvenAsync(DateTimeOffset since, bool countThisMachine, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.ExecuteScalar<long>(Sql.SumProven, new { since, countThisMachine }), cancellationToken);

    /// <summary>One page of frames, newest first.</summary>
    /// <param name="filter">Which ones.</param>
    /// <param name="session">Of one session only.</param>
    /// <param name="before">Where the page before this one ended; null for the first.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="countThisMachine">See <see cref="ReportStore"/>.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public Task<IReadOnlyList<FrameRow>> FramesAsync(
        FrameFilter filter, SessionName? session, CaptureId? before, int limit, bool countThisMachine, CancellationToken cancellationToken)
    {
        var sql = $"""
            {Sql.Frame} WHERE {Sql.Where(filter)} {(session is null ? "" : "AND c.session = @session")}
            {(before is null ? "" : "AND c.id < @before")} ORDER BY c.id DESC LIMIT @limit
            """;
        return RowsAsync(sql, new { session = session?.Value, before = before?.ToString(), limit, countThisMachine }, cancellationToken);
    }

    /// <summary>How many frames a filter finds.</summary>
    public Task<int> CountFramesAsync(FrameFilter filter, SessionName? session, bool countThisMachine, CancellationToken cancellationToken)
    {
        var sql = $"SELECT count(*) FROM captures c WHERE {Sql.Where(filter)} {(session is null ? "" : "AND c.session = @session")}";
        return _file.ReadAsync(db => db.ExecuteScalar<int>(sql, new { session = session?.Value, countThisMachine }), cancellationToken);
    }

    /// <summary>One frame with its place, or null.</summary>
    public async Task<FrameRow?> FrameAsync(CaptureId id, bool countThisMachine, CancellationToken cancellationToken) =>
        (await RowsAsync($"{Sql.Frame} WHERE c.id = @id", new { id, countThisMachine }, cancellationToken)).SingleOrDefault();

    /// <summary>The frame with a number in a session, or null.</summary>
    public async Task<FrameRow?> FrameAsync(SessionName session, int number, bool countThisMachine, CancellationToken cancellationToken) =>
        (await RowsAsync($"{Sql.Frame} WHERE c.session = @session AND c.number = @number",
            new { session, number, countThisMachine }, cancellationToken))
        .SingleOrDefault();

    /// <summary>Sessions with their counts, newest first.</summary>
    public Task<IReadOnlyList<SessionRow>> SessionsAsync(int skip, int limit, bool countThisMachine, CancellationToken cancellationToken) =>
        SessionRowsAsync(Sql.NewestSessions, new { skip, limit, countThisMachine }, cancellationToken);

    /// <summary>One session with its counts, or null.</summary>
    public async Task<SessionRow?> SessionAsync(SessionName name, bool countThisMachine, CancellationToken cancellationToken) =>
        (await SessionRowsAsync(Sql.OneSession, new { name, countThisMachine }, cancellationToken)).SingleOrDefault();

    private Task<IReadOnlyList<FrameRow>> RowsAsync(string sql, object parameters, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<FrameRow>>(db =>
            db.Query<CaptureRecord, FrameCustody, FrameRow>(sql, (c, custody) => new FrameRow(c, custody), parameters, splitOn: "state")
                .AsList(), cancellationToken);

    private Task<IReadOnlyList<SessionRow>> SessionRowsAsync(string pick, object parameters, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<SessionRow>>(db => db.Query<SessionRecord, CustodyCounts, string?, SessionRow>(
            string.Format(null, Sql.Sessions, pick),
            (session, counts, safeOn) => new SessionRow { Session = session, Counts = counts, ArchiveSafeOn = safeOn },
            parameters, splitOn: "frames,archive_safe_on").AsList(), cancellationToken);

    private static partial class Sql
    {
        private static readonly string Safe = $"{FrameRule.IsSafe} AND NOT ({FrameRule.IsExpired})";

        private static readonly string Sums = $"""
            count(c.id) FILTER (WHERE {FrameRule.IsFrame}) AS frames, coalesce(sum({FrameRule.IsFrame} AND {Safe}), 0) AS safe,
            coalesce(sum({FrameRule.IsFrame} AND {FrameRule.IsExpired}), 0) AS expired,
            coalesce(sum({FrameRule.IsFrame} AND {FrameRule.IsOnlyHere}), 0) AS only_here,
            count(c.id) FILTER (WHERE NOT {FrameRule.IsFrame}) AS others,
            coalesce(sum(NOT {FrameRule.IsFrame} AND {FrameRule.IsOnlyHere}), 0) AS others_only_here,
            coalesce(sum(c.size_bytes * ({FrameRule.IsOnlyHere})), 0) AS only_here_bytes,
            coalesce(sum({FrameRule.IsFrame} AND {FrameRule.IsLeftBehind}), 0) AS left_behind,
            coalesce(sum({FrameRule.IsFrame} AND {FrameRule.IsLost}), 0) AS lost,
            coalesce(sum(NOT {FrameRule.IsFrame} AND {FrameRule.IsLost}), 0) AS others_lost,
            coalesce(sum(NOT {FrameRule.IsFrame} AND {FrameRule.IsLeftBehind}), 0) AS others_left_behind,
            coalesce(sum({FrameRule.IsFrame} AND {FrameRule.IsHere} AND {FrameRule.IsNear}), 0) AS only_here_near,
            coalesce(sum({FrameRule.IsFrame} AND {FrameRule.IsFreed} AND {FrameRule.IsNear}), 0) AS near,
            coalesce(sum(NOT {FrameRule.IsFrame} AND {FrameRule.IsFreed} AND {FrameRule.IsNear}), 0) AS others_near,
            count(c.released_at) FILTER (WHERE {FrameRule.IsFrame}) AS released, coalesce(sum(c.size_bytes), 0) AS bytes
            """;

        public static readonly string CountNight = $"SELECT {Sums} FROM captures c WHERE {InNight} AND c.discarded_at IS NULL";
        public static readonly string CountOnlyHere = $"SELECT {Sums} FROM captures c WHERE {FrameRule.IsOnlyHere}";
        private static readonly string Apart =
            $"count(*) FILTER (WHERE {FrameRule.IsFrame}) AS frames, count(*) FILTER (WHERE NOT {FrameRule.IsFrame}) AS others";

        public static readonly string CountExpired = $"SELECT {Apart} FROM captures c WHERE {FrameRule.IsExpired}";
        public static readonly string CountNear = $"SELECT {Apart} FROM captures c WHERE {FrameRule.IsFreed} AND {FrameRule.IsNear}";

        // Of what nobody's proof is left: whether its file went by itself.
        private const string Gone = "(p.id IS NULL AND c.released_at IS NULL)";

        public static readonly string CountUnproven = $"""
            SELECT p.destination, p.place, {Gone} AS file_lost, {Apart} FROM captures c
            LEFT JOIN proofs p ON p.id = (SELECT p.id FROM proofs p WHERE {CopyRule.Counted} ORDER BY p.proven_at DESC LIMIT 1)
            WHERE {FrameRule.IsUnproven} GROUP BY p.destination, p.place, {Gone} ORDER BY p.destination, p.place, {Gone}
            """;

        public static readonly string SafeOn = $"""
            SELECT p.destination, count(DISTINCT c.id) AS frames FROM captures c JOIN proofs p ON {CopyRule.Counts}
            WHERE {InNight} AND c.discarded_at IS NULL AND {FrameRule.IsFrame} GROUP BY p.destination ORDER BY p.destination
            """;

        // Since when a frame is safe: what other destinations prove of it afterwards makes no pace.
        private static readonly string SafeSince = $"(SELECT min(p.proven_at) FROM proofs p WHERE {CopyRule.Counts})";

        public static readonly string Pace = $"""
            SELECT count(*) AS frames, coalesce(sum(size_bytes), 0) AS bytes, min(safe_since) AS first_proven_at
            FROM (SELECT c.size_bytes, {SafeSince} AS safe_since FROM captures c
                  WHERE c.id IN (SELECT e.subject FROM events e
                    WHERE e.seq > (SELECT max(seq) FROM events) - @lines AND e.kind = 'Proven' AND e.at >= @since))
            WHERE safe_since >= @since
            """;

        public const string CountSaved = """
            SELECT coalesce(sum(kind = 'Frame'), 0) AS frames, coalesce(sum(size_bytes), 0) AS bytes FROM captures
            WHERE id >= @low AND id < @high AND discarded_at IS NULL
            """;

        public static readonly string KeptBytes =
            $"SELECT coalesce(sum(c.size_bytes), 0) FROM captures c WHERE {FrameRule.IsHere} AND {FrameRule.IsSafe}";

        public static readonly string SumProven = $"""
            SELECT coalesce(sum(c.size_bytes), 0) FROM captures c
            WHERE c.id IN (SELECT n.subject FROM proofs n WHERE n.proven_at >= @since AND n.subject_kind = 'Capture')
              AND {SafeSince} >= @since
              AND EXISTS (SELECT 1 FROM events e WHERE e.subject = c.id AND e.kind = 'Proven' AND e.at >= @since)
            """;

        public static readonly string Frame = $"""
            SELECT c.*,
                {FrameRule.StateSql} AS state,
                (SELECT group_concat(destination, ', ') FROM
                    (SELECT DISTINCT p.destination FROM proofs p WHERE {CopyRule.Counts} ORDER BY p.destination)) AS safe_on,
                (SELECT count(DISTINCT p.failure_domain) FROM proofs p WHERE {CopyRule.Counts}) AS domains,
                (SELECT group_concat(destination, ', ') FROM
                    (SELECT DISTINCT p.destination FROM proofs p WHERE {CopyRule.Counted} ORDER BY p.destination)) AS was_on,
                (SELECT group_concat(destination, ', ') FROM
                    (SELECT DISTINCT p.destination FROM proofs p WHERE {CopyRule.IsNear} ORDER BY p.destination)) AS near_on,
                (SELECT group_concat(d.name, ', ') FROM destinations d
                    WHERE EXISTS (SELECT 1 FROM pins x WHERE x.destination = d.name AND x.subject = c.id)) AS sent_to,
                (SELECT CASE WHEN e.kind IN ('Failed', 'Lost') THEN e.detail END FROM events e WHERE e.subject = c.id ORDER BY e.seq DESC LIMIT 1) AS trouble
            FROM captures c
            """;

        public const string NewestSessions = "SELECT name FROM sessions ORDER BY started_at DESC, name DESC LIMIT @limit OFFSET @skip";
        public const string OneSession = "@name";

        public static readonly string Sessions = $$"""
            SELECT s.*, {{Sums}},
                (SELECT group_concat(destination, ', ') FROM (SELECT DISTINCT p.destination FROM proofs p
                    WHERE p.subject = s.name AND p.cid = s.directory_cid AND {{CopyRule.IsCopy}}
                    ORDER BY p.destination)) AS archive_safe_on
            FROM sessions_with_archive s LEFT JOIN captures c ON c.session = s.name AND c.discarded_at IS NULL
            WHERE s.name IN ({0}) GROUP BY s.name ORDER BY s.started_at DESC, s.name DESC
            """;

        public static string Where(FrameFilter filter) => filter switch
        {
            FrameFilter.OnlyHere => FrameRule.IsOnlyHere.Sql,
            FrameFilter.Safe => $"c.discarded_at IS NULL AND {FrameRule.IsSafe}",
            FrameFilter.Kept => $"{FrameRule.IsHere} AND {FrameRule.IsSafe}",
            FrameFilter.Freed => $"{FrameRule.IsFreed} AND {FrameRule.IsSafe}",
            FrameFilter.Expired => FrameRule.IsExpired.Sql,
            FrameFilter.LeftBehind => FrameRule.IsLeftBehind.Sql,
            FrameFilter.Near => FrameRule.IsNear.Sql,
            FrameFilter.Lost => FrameRule.IsLost.Sql,
            FrameFilter.NoPreview => "c.discarded_at IS NULL AND c.preview <> 'Ready'",
            FrameFilter.Discarded => "c.discarded_at IS NOT NULL",
            _ => "1",
        };
    }
}
