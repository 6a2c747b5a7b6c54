using Dapper;
using Sqlite.Shared;
using Wanda.Contracts;

namespace Wanda.Catalog;

/// <summary>
/// Where frames come from, and what was seen there and not taken (law 1: every file that was seen is accounted for). None of it is waited
/// for: after a power cut the next look finds it out again.
/// </summary>
public sealed class IntakeStore
{
    /// <summary>Refusals of one source that are listed; beyond them they are counted by the process that sees them.</summary>
    public const int MaxRefusals = 10_000;

    private readonly SqliteFile _file;
    private readonly TimeProvider _time;

    internal IntakeStore(SqliteFile file, TimeProvider time) => (_file, _time) = (file, time);

    /// <summary>Says how a source is. <see cref="SourceRecord.Since"/> stays while state and reason do.</summary>
    public Task ReportAsync(
        string name, SourceKind kind, string place, SourceState state, SourceTrouble? trouble, CancellationToken cancellationToken) =>
        _file.WriteRelaxedAsync(
            db => db.Execute(Sql.Report, new
            {
                name,
                kind = kind.ToString(),
                place,
                state = state.ToString(),
                code = trouble?.Code.ToString(),
                reason = trouble?.Detail,
                at = _time.GetUtcNow(),
            }) == 1,
            cancellationToken);

    /// <summary>Says that a source that was never heard of runs now; of any other nothing.</summary>
    public Task IntroduceAsync(string name, SourceKind kind, string place, CancellationToken cancellationToken) =>
        _file.WriteRelaxedAsync(
            db => db.Execute(Sql.Introduce, new { name, kind = kind.ToString(), place, at = _time.GetUtcNow() }) == 1, cancellationToken);

    /// <summary>Forgets the sources that are not configured any more, and their refusals.</summary>
    /// <param name="names">Those that are.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public Task KeepAsync(IReadOnlyList<string> names, CancellationToken cancellationToken) => _file.WriteRelaxedAsync(db =>
        db.Execute(Sql.Keep, new { names }) > 0, cancellationToken);

    /// <summary>The sources, by name.</summary>
    public Task<IReadOnlyList<SourceRecord>> SourcesAsync(CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<SourceRecord>>(db => db.Query<SourceRecord>(Sql.Sources).AsList(), cancellationToken);

    /// <summary>Counts versions of files that were gone before they could be taken.</summary>
    /// <param name="name">The source.</param>
    /// <param name="versions">How many.</param>
    /// <param name="exactly">False when there may have been more; it stays so.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public Task MissedAsync(string name, int versions, bool exactly, CancellationToken cancellationToken) => _file.WriteRelaxedAsync(
        db => db.Execute(Sql.Missed, new { name, versions, exactly, at = _time.GetUtcNow() }) == 1, cancellationToken);

    /// <summary>Records that a file was seen and is not taken. <see cref="RefusalRecord.Since"/> stays while the reason does.</summary>
    public Task RefusedAsync(string source, RawName path, Refusal refusal, long bytes, CancellationToken cancellationToken) =>
        _file.WriteRelaxedAsync(
            db => db.Execute(Sql.Refused, new
            {
                source,
                path,
                code = refusal.Code.ToString(),
                reason = refusal.Detail,
                bytes,
                at = _time.GetUtcNow(),
                max = MaxRefusals,
            }) == 1,
            cancellationToken);

    /// <summary>A file that was refused is taken, or is not there any more.</summary>
    public Task SettledAsync(string source, RawName path, CancellationToken cancellationToken) => _file.WriteRelaxedAsync(
        db => db.Execute(Sql.Settled, new { source, path }) == 1, cancellationToken);

    /// <summary>Files that are refused, the newest first, at most <paramref name="limit"/>.</summary>
    public Task<IReadOnlyList<RefusalRecord>> RefusalsAsync(int limit, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<RefusalRecord>>(
            db => db.Query<RefusalRecord>(Sql.Refusals, new { limit }).AsList(), cancellationToken);

    /// <summary>The paths of one source's refused files.</summary>
    public Task<IReadOnlyList<RawName>> RefusedPathsAsync(string source, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<RawName>>(
            db => db.Query<byte[]>(Sql.RefusedPaths, new { source }).Select(path => new RawName(path)).ToList(), cancellationToken);

    /// <summary>How many files are refused.</summary>
    public Task<long> CountRefusalsAsync(CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.ExecuteScalar<long>(Sql.CountRefusals), cancellationToken);

    /// <summary>The same by source and reason, the most first, at most <paramref name="limit"/>.</summary>
    public Task<IReadOnlyList<RefusalCount>> RefusalCountsAsync(int limit, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<RefusalCount>>(
            db => db.Query<RefusalCount>(Sql.RefusalCounts, new { limit }).AsList(), cancellationToken);

    private static class Sql
    {
        public const string Report = """
            INSERT INTO sources (name, kind, place, state, code, reason, since, seen_at)
            VALUES (@name, @kind, @place, @state, @code, @reason, @at, @at)
            ON CONFLICT (name) DO UPDATE SET
                since = CASE WHEN state = excluded.state AND code IS excluded.code AND reason IS excluded.reason THEN since
                    ELSE excluded.since END,
                kind = excluded.kind, place = excluded.place, state = excluded.state, code = excluded.code, reason = excluded.reason,
                seen_at = excluded.seen_at
            """;

        public const string Introduce = """
            INSERT INTO sources (name, kind, place, state, since, seen_at) VALUES (@name, @kind, @place, 'Running', @at, @at)
            ON CONFLICT (name) DO NOTHING
            """;

        public const string Keep = """
            DELETE FROM refusals WHERE source NOT IN @names;
            DELETE FROM sources WHERE name NOT IN @names;
            """;

        public const string Sources = "SELECT * FROM sources ORDER BY name";

        public const string Missed = """
            UPDATE sources SET missed = missed + @versions, missed_exactly = min(missed_exactly, @exactly),
                missed_at = CASE WHEN @versions > 0 THEN @at ELSE missed_at END
            WHERE name = @name AND missed + @versions > 0
            """;

        public const string Refused = """
            INSERT INTO refusals (source, path, code, reason, bytes, since, seen_at)
            SELECT @source, @path, @code, @reason, @bytes, @at, @at
            WHERE (SELECT count(*) FROM refusals WHERE source = @source) < @max
                OR EXISTS (SELECT 1 FROM refusals WHERE source = @source AND path = @path)
            ON CONFLICT (source, path) DO UPDATE SET
                since = CASE WHEN code IS excluded.code AND reason = excluded.reason THEN since ELSE excluded.since END,
                code = excluded.code, reason = excluded.reason, bytes = excluded.bytes, seen_at = excluded.seen_at
            """;

        public const string Settled = "DELETE FROM refusals WHERE source = @source AND path = @path";
        public const string Refusals = "SELECT * FROM refusals ORDER BY since DESC, source, path LIMIT @limit";
        public const string RefusedPaths = "SELECT path FROM refusals WHERE source = @source";
        public const string CountRefusals = "SELECT count(*) FROM refusals";
        public const string RefusalCounts = """
            SELECT source, code, reason, count(*) AS files, min(since) AS since FROM refusals
            GROUP BY source, code, reason ORDER BY files DESC, source, code, reason LIMIT @limit
            """;
    }
}
