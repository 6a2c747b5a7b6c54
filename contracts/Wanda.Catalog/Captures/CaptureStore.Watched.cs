using Dapper;
using Microsoft.Data.Sqlite;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog;

public sealed partial class CaptureStore
{
    /// <summary>
    /// Pictures and videos of a session and a folder that are called so, or so with a dot and more, without regard to case; newest first,
    /// at most 20.
    /// </summary>
    public Task<IReadOnlyList<CaptureRecord>> OfStemAsync(
        SessionName session, RawName? folder, string stem, CancellationToken cancellationToken) =>
        Query(Sql.OfStem, new { session, folder, stem, like = Like(stem) }, cancellationToken);

    /// <summary>The same of any session, among the newest captures of all.</summary>
    public Task<IReadOnlyList<CaptureRecord>> LatelyOfStemAsync(
        string source, RawName? folder, string stem, CancellationToken cancellationToken) =>
        Query(Sql.LatelyOfStem, new { source, folder, stem, like = Like(stem) }, cancellationToken);

    /// <summary>
    /// Sidecars of a session and a folder that belong to no frame yet, newest first, at most <paramref name="limit"/>.
    /// </summary>
    public Task<IReadOnlyList<CaptureRecord>> UntiedAsync(
        SessionName session, RawName? folder, int limit, CancellationToken cancellationToken) =>
        Query(Sql.Untied, new { session, folder, limit }, cancellationToken);

    /// <summary>The frame that a watched file was taken as, by its source key; null when it was not.</summary>
    public Task<CaptureRecord?> FindBySourceKeyAsync(string sourceKey, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.QuerySingleOrDefault<CaptureRecord>(Sql.BySourceKey, new { sourceKey }), cancellationToken);

    /// <summary>
    /// The frames with these bytes that came from a watched folder or were recovered, oldest first, at most <paramref name="limit"/>.
    /// </summary>
    /// <param name="sha256">Lower-case hex.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public Task<IReadOnlyList<CaptureRecord>> WatchedByContentAsync(string sha256, int limit, CancellationToken cancellationToken) =>
        Query(Sql.Watched, new { sha256, limit }, cancellationToken);

    /// <summary>
    /// The oldest capture with these bytes, from anywhere, but for what a crash left without its row; null when there is none.
    /// </summary>
    public Task<CaptureRecord?> FindByContentAsync(string sha256, CancellationToken cancellationToken) => _file.ReadAsync(
        db => db.QueryFirstOrDefault<CaptureRecord>(Sql.ByContent, new { sha256, recovered = CaptureRecord.Recovered }), cancellationToken);

    /// <summary>The newest capture that a path of a watched folder is known by; null when none is.</summary>
    public Task<CaptureId?> LastAtAsync(string source, RawName path, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.ExecuteScalar<CaptureId?>(Sql.LastAt, new { source, path }), cancellationToken);

    /// <summary>Whether any file of a watched folder was taken yet.</summary>
    public Task<bool> HasWatchedAsync(CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.ExecuteScalar<bool>(Sql.HasWatched), cancellationToken);

    /// <summary>
    /// How often the sidecar that was last seen at a path was taken in a session, and when last; none when no sidecar of it is known.
    /// </summary>
    public Task<(int Count, DateTimeOffset? Last)> VersionsAsync(
        SessionName session, string source, RawName path, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.QuerySingle<(int, DateTimeOffset?)>(Sql.Versions, new { session, source, path }), cancellationToken);

    /// <summary>Every path that was ever given in a session, below the storage root; also of frames that are gone.</summary>
    public Task<IReadOnlyList<string>> PathsOfAsync(SessionName session, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<string>>(db => db.Query<string>(Sql.PathsOf, new { session }).AsList(), cancellationToken);

    private static string Like(string stem) => stem.Replace("!", "!!", StringComparison.Ordinal)
        .Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal) + ".%";

}
