using Dapper;
using Microsoft.Data.Sqlite;
using Sqlite.Shared;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>The frames, as <see cref="Ledger"/> was told of them.</summary>
public sealed partial class CaptureStore
{
    private readonly SqliteFile _file;
    private readonly TimeProvider _time;

    internal CaptureStore(SqliteFile file, TimeProvider time) => (_file, _time) = (file, time);

    /// <summary>The next free number in a session, from 1.</summary>
    public Task<int> NextNumberAsync(SessionName session, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => NextNumber(db, session), cancellationToken);

    /// <summary>One frame, or null.</summary>
    public Task<CaptureRecord?> FindAsync(CaptureId id, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.QuerySingleOrDefault<CaptureRecord>(Sql.ById, new { id }), cancellationToken);

    /// <summary>Frames whose id starts so, at most <paramref name="limit"/>: what an operator types.</summary>
    public Task<IReadOnlyList<CaptureRecord>> FindByPrefixAsync(string prefix, int limit, CancellationToken cancellationToken) =>
        Query(Sql.ByPrefix, new { low = prefix, high = prefix + "~", limit }, cancellationToken);

    /// <summary>The frame at a path below the storage root, or null.</summary>
    public Task<CaptureRecord?> FindByPathAsync(string path, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.QuerySingleOrDefault<CaptureRecord>(Sql.ByPath, new { path }), cancellationToken);

    /// <summary>How many frames, discarded ones aside, have a CID.</summary>
    public Task<int> CountByCidAsync(string cid, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.ExecuteScalar<int>(Sql.CountByCid, new { cid }), cancellationToken);

    /// <summary>The frames that have a CID, oldest first, at most <paramref name="limit"/>: two dark frames may be equal.</summary>
    public Task<IReadOnlyList<CaptureRecord>> FindByCidAsync(string cid, int limit, CancellationToken cancellationToken) =>
        Query(Sql.ByCid, new { cid, limit }, cancellationToken);

    /// <summary>The frames of a session in the order of their numbers.</summary>
    public Task<IReadOnlyList<CaptureRecord>> OfSessionAsync(SessionName session, CancellationToken cancellationToken) =>
        Query(Sql.OfSession, new { session }, cancellationToken);

    /// <summary>When a session's newest frame was saved; null while it has none.</summary>
    public Task<DateTimeOffset?> LastSavedAsync(SessionName session, CancellationToken cancellationToken) => _file.ReadAsync(
        db => db.QuerySingleOrDefault<CaptureRecord>(Sql.LastOfSession, new { session })?.SavedAt, cancellationToken);

    /// <summary>Frames in the order they were saved, newest first.</summary>
    public Task<IReadOnlyList<CaptureRecord>> NewestAsync(int limit, CancellationToken cancellationToken) =>
        Query(Sql.Newest, new { limit }, cancellationToken);

    /// <summary>Frames whose file is missing or damaged, after <paramref name="after"/> in id order.</summary>
    public Task<IReadOnlyList<CaptureRecord>> FilesLostAsync(CaptureId? after, int limit, CancellationToken cancellationToken) =>
        Query(Sql.FilesLost, Page(after, limit), cancellationToken);

    /// <summary>Discarded frames whose local bytes may still be here.</summary>
    public Task<IReadOnlyList<CaptureRecord>> UnerasedAsync(int limit, CancellationToken cancellationToken) =>
        Query(Sql.Unerased, new { limit }, cancellationToken);

    internal static int NextNumber(SqliteConnection db, SessionName session) => db.ExecuteScalar<int>(Sql.NextNumber, new { session });

    private Task<IReadOnlyList<CaptureRecord>> Query(string sql, object parameters, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<CaptureRecord>>(db => db.Query<CaptureRecord>(sql, parameters).AsList(), cancellationToken);
}
