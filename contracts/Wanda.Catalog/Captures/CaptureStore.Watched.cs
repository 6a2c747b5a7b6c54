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

    /// <summary>Ties a sidecar to its frame. Not waited for: without it the sidecar belongs to its session.</summary>
    public Task TieAsync(CaptureId sidecar, CaptureId frame, CancellationToken cancellationToken) =>
        _file.WriteRelaxedAsync(db => db.Execute(Sql.Tie, new { sidecar, frame }) == 1, cancellationToken);

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

    /// <summary>Whether any file of a watched folder was taken yet.</summary>
    public Task<bool> HasWatchedAsync(CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.ExecuteScalar<bool>(Sql.HasWatched), cancellationToken);

    /// <summary>
    /// A watched file was seen again under another look (renamed, its time shifted, its disk mounted anew): the frame is known by that from
    /// now on. Not waited for: what a power cut takes of it is found out again.
    /// </summary>
    public Task ReclaimAsync(CaptureRecord known, string sourceKey, RawName path, CancellationToken cancellationToken) =>
        _file.WriteRelaxedAsync(db =>
        {
            var claim = known with { SourceKey = sourceKey, SourcePath = path };
            db.Execute(Sql.UnclaimOthers, new { known.Id, sourceKey });
            Supersede(db, claim);
            return db.Execute(Sql.Reclaim, new { known.Id, sourceKey, path }) == 1;
        }, cancellationToken);

    /// <summary>
    /// A capture that a crash left without its row is known for what it is: its file was seen in a watched folder. Its bytes, its path and
    /// its number stay.
    /// </summary>
    /// <returns>It as it is now; null when another file was found to be it meanwhile.</returns>
    public Task<CaptureRecord?> IdentifyAsync(CaptureRecord capture, CancellationToken cancellationToken) => _file.WriteAsync(db =>
    {
        if (db.Execute(Sql.Identify, new DynamicParameters(capture).With("Kind", capture.Kind.ToString())) == 0)
            return null;
        db.Execute(Sql.UnclaimOthers, new { capture.Id, sourceKey = capture.SourceKey });
        Supersede(db, capture);
        EventStore.Append(db, _time, capture.Id.ToString(), EventKind.Saved,
            $"found to be {capture.FileName}, from {capture.Source}", EventStore.OfFrame);
        return capture;
    }, cancellationToken);

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

    /// <summary>Earlier captures of the file, or of its place, do not tell of what lies there now.</summary>
    private static void Supersede(SqliteConnection db, CaptureRecord capture)
    {
        if (capture.SourceKey!.Split('.') is [var inode, var born, _, _, _, _] && inode != "0")
            db.Execute(Sql.SupersedeFile, new { capture.Id, low = $"{inode}.{born}.", high = $"{inode}.{born}/" });
        if (capture.SourcePath is not null)
            db.Execute(Sql.SupersedePath, capture);
    }
}
