using Dapper;
using Sqlite.Shared;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>
/// Watched files that are this node's to free: since when that is the operator's word, which are due, and how many became what. What
/// happens to one is told to <see cref="Ledger"/>.
/// </summary>
public sealed class OriginalStore
{
    private static readonly TimeSpan AMoment = TimeSpan.FromMinutes(1);

    private readonly SqliteFile _file;
    private readonly TimeProvider _time;

    internal OriginalStore(SqliteFile file, TimeProvider time) => (_file, _time) = (file, time);

    /// <summary>The word about a folder; null: it was not seen yet.</summary>
    public Task<AdoptionRecord?> FindAsync(string source, string place, CancellationToken cancellationToken) => _file.ReadAsync(
        db => db.QuerySingleOrDefault<AdoptionRecord>(Sql.Find, new { source, place }), cancellationToken);

    /// <summary>The word about each folder.</summary>
    public Task<IReadOnlyList<AdoptionRecord>> ListAsync(CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<AdoptionRecord>>(db => db.Query<AdoptionRecord>(Sql.List).AsList(), cancellationToken);

    /// <summary>The word is seen: from now on, if it was not before. On disk when this returns.</summary>
    public Task BeginAsync(string source, string place, CancellationToken cancellationToken) =>
        _file.WriteAsync(db => db.Execute(Sql.Begin, new { source, place, now = _time.GetUtcNow() }), cancellationToken);

    /// <summary>The word about every other folder was taken back: given again, it is a new one.</summary>
    public Task KeepAsync(IReadOnlyCollection<string> sources, CancellationToken cancellationToken) =>
        _file.WriteAsync(db => db.Execute(Sql.Keep, new { sources }), cancellationToken);

    /// <summary>An original was seen in its folder, which is this one.</summary>
    public Task SawAsync(string source, string root, CancellationToken cancellationToken) =>
        _file.WriteRelaxedAsync(db => db.Execute(Sql.Saw, new { source, root }), cancellationToken);

    /// <summary>Why nothing can be removed from a folder; null: it can again.</summary>
    public Task ProblemAsync(string source, string? problem, CancellationToken cancellationToken) =>
        _file.WriteRelaxedAsync(db => db.Execute(Sql.Problem, new { source, problem, now = _time.GetUtcNow() }), cancellationToken);

    /// <summary>Adopted originals whose frames are released, after <paramref name="after"/> in id order.</summary>
    public Task<IReadOnlyList<CaptureRecord>> DueAsync(
        string source, CaptureId? after, int limit, CancellationToken cancellationToken) => _file.ReadAsync<IReadOnlyList<CaptureRecord>>(
        db => db.Query<CaptureRecord>(Sql.Due, new { source, after = after?.ToString() ?? "", limit }).AsList(), cancellationToken);

    /// <summary>Pictures and videos that were taken as copies, and whose originals may lie there still, in id order.</summary>
    public Task<IReadOnlyList<CaptureId>> CopiesAsync(
        string source, CaptureId? after, int limit, CancellationToken cancellationToken) => _file.ReadAsync<IReadOnlyList<CaptureId>>(
        db => db.Query<CaptureId>(Sql.Copies, new { source, after = after?.ToString() ?? "", limit }).AsList(), cancellationToken);

    /// <summary>Frames that lie where their program wrote them, in id order.</summary>
    public Task<IReadOnlyList<CaptureId>> InPlaceAsync(CaptureId? after, int limit, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<CaptureId>>(
            db => db.Query<CaptureId>(Sql.InPlace, new { after = after?.ToString() ?? "", limit }).AsList(), cancellationToken);

    /// <summary>
    /// Bytes of originals whose frames were released in the last minute: they are free in a moment, unless something holds them.
    /// </summary>
    public Task<long> GoingAsync(CancellationToken cancellationToken) => _file.ReadAsync(
        db => db.ExecuteScalar<long>(Sql.Going, new { since = _time.GetUtcNow() - AMoment }), cancellationToken);

    /// <summary>How many originals are in which state, by source.</summary>
    public Task<IReadOnlyList<OriginalCount>> CountsAsync(CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<OriginalCount>>(db => db.Query<OriginalCount>(Sql.Counts).AsList(), cancellationToken);

    private static class Sql
    {
        public const string Find = "SELECT * FROM adoptions WHERE source = @source AND place = @place";
        public const string List = "SELECT * FROM adoptions ORDER BY source";

        public const string Begin = """
            INSERT INTO adoptions (source, place, since) VALUES (@source, @place, @now)
            ON CONFLICT (source) DO UPDATE SET
                place = excluded.place, since = excluded.since, root = NULL, problem = NULL, problem_since = NULL
            WHERE place <> excluded.place
            """;

        public const string Keep = "DELETE FROM adoptions WHERE source NOT IN @sources";
        public const string Saw = "UPDATE adoptions SET root = @root WHERE source = @source AND root IS NOT @root";

        public const string Problem = """
            UPDATE adoptions SET problem = @problem,
                problem_since = CASE WHEN @problem IS NULL THEN NULL ELSE coalesce(problem_since, @now) END
            WHERE source = @source AND problem IS NOT @problem
            """;

        public const string Due = """
            SELECT * FROM captures
            WHERE source = @source AND original IN ('Here', 'Freeing') AND released_at IS NOT NULL AND discarded_at IS NULL AND id > @after
            ORDER BY id LIMIT @limit
            """;

        public const string Copies = """
            SELECT id FROM captures
            WHERE source = @source AND original IS NULL AND kind <> 'Sidecar' AND source_key IS NOT NULL AND source_path IS NOT NULL
              AND discarded_at IS NULL AND id > @after
            ORDER BY id LIMIT @limit
            """;

        public const string InPlace = """
            SELECT id FROM captures WHERE original = 'InPlace' AND discarded_at IS NULL AND id > @after ORDER BY id LIMIT @limit
            """;

        public const string Going = """
            SELECT coalesce(sum(size_bytes), 0) FROM captures
            WHERE original IN ('Here', 'Freeing') AND released_at IS NOT NULL AND released_at >= @since AND original_why IS NULL
              AND discarded_at IS NULL
            """;

        public const string Counts = """
            SELECT source, original AS state, released_at IS NOT NULL AS released, count(*) AS files, sum(size_bytes) AS bytes FROM captures
            WHERE original IS NOT NULL AND discarded_at IS NULL GROUP BY source, original, released_at IS NOT NULL
            """;
    }
}
