using Dapper;
using Microsoft.Data.Sqlite;
using Sqlite.Shared;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>
/// The frames. Every change is committed when its task completes, with an event in the frame's timeline. What a law needs is on disk by
/// then: that a frame is saved (law 1), and that its release was decided (law 2). The rest, which the frame itself can tell again, is not
/// waited for: a power cut may take the last of it, always from the end, and the reconciler puts that work back (law 5).
/// </summary>
public sealed partial class CaptureStore
{
    private readonly SqliteFile _file;
    private readonly TimeProvider _time;

    internal CaptureStore(SqliteFile file, TimeProvider time) => (_file, _time) = (file, time);

    /// <summary>
    /// Records a saved frame and gives it the next free number of its session when <see cref="CaptureRecord.Number"/> is 0. A frame whose
    /// id, or whose source key and content, is known already is returned as it stands: saving twice is one frame (law 3).
    /// </summary>
    public Task<CaptureRecord> SavedAsync(CaptureRecord capture, CancellationToken cancellationToken) =>
        SavedAsync(capture, EventStore.OfFrame, cancellationToken);

    /// <summary>The same; a frame that comes from its journal needs no line there.</summary>
    internal Task<CaptureRecord> SavedAsync(CaptureRecord capture, string? line, CancellationToken cancellationToken) =>
        _file.WriteAsync(db => Saved(db, capture, line), cancellationToken);

    private CaptureRecord Saved(SqliteConnection db, CaptureRecord capture, string? line)
    {
        if (db.QuerySingleOrDefault<CaptureRecord>(Sql.Known, new { capture.Id }) is { } known)
            return known;
        if (capture.SourceKey is { } sourceKey)
        {
            db.Execute(Sql.Unclaim, new { sourceKey, capture.Sha256 });
            if (db.QuerySingleOrDefault<CaptureRecord>(Sql.BySourceKey, new { sourceKey }) is { } taken)
                return taken;
            Supersede(db, capture);
        }

        if (capture.Number == 0)
            capture = capture with { Number = NextNumber(db, capture.Session) };
        db.Execute(Sql.Insert, new DynamicParameters(capture).With("Preview", capture.Preview.ToString())
            .With("Kind", capture.Kind.ToString()));
        EventStore.Append(db, _time, capture.Id.ToString(), EventKind.Saved,
            $"{capture.FileName}, {capture.SizeBytes:N0} bytes, from {capture.Source}", line);
        return capture;
    }

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

    /// <summary>Records a frame's CID. A second call with the same CID changes nothing.</summary>
    /// <exception cref="CatalogueConflictException">The frame has another CID already: its file changed, or a hash is wrong.</exception>
    public Task AddedAsync(CaptureId id, string cid, long dagBytes, CancellationToken cancellationToken) =>
        AddedAsync(id, cid, dagBytes, EventStore.OfFrame, cancellationToken);

    internal Task AddedAsync(CaptureId id, string cid, long dagBytes, string? line, CancellationToken cancellationToken) =>
        _file.WriteRelaxedAsync(db =>
    {
        if (db.Execute(Sql.Added, new { id, cid, dagBytes, at = _time.GetUtcNow() }) == 1)
        {
            EventStore.Append(db, _time, id.ToString(), EventKind.Added, cid, line);
            return true;
        }

        var known = db.ExecuteScalar<string?>(Sql.CidOf, new { id });
        if (known is not null && known != cid)
        {
            throw new CatalogueConflictException(
                $"Capture {id} has the CID {known}, and its file now gives {cid}: the file was changed after it was saved. "
                    + "Nothing was overwritten; restore the file, or take it as a new capture.");
        }

        return false;
    }, cancellationToken);

    /// <summary>Records that a preview was made, or why there is none (with a reason). The first final state stands.</summary>
    public Task PreviewedAsync(CaptureId id, string? reasonForNone, CancellationToken cancellationToken) =>
        PreviewedAsync(id, reasonForNone, null, null, cancellationToken);

    /// <summary>The same, with what was learnt on the way.</summary>
    /// <param name="id">The frame.</param>
    /// <param name="reasonForNone">Why there is no preview; null: it was made.</param>
    /// <param name="warning">Why it shows less than it should.</param>
    /// <param name="figures">What was measured.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public Task PreviewedAsync(
        CaptureId id, string? reasonForNone, string? warning, FrameFigures? figures, CancellationToken cancellationToken) =>
        _file.WriteRelaxedAsync(db =>
    {
        var state = reasonForNone is null ? PreviewState.Ready : PreviewState.None;
        if (db.Execute(Sql.Previewed, new { id, state = state.ToString(), reasonForNone, warning, figures }) == 0)
            return false;
        EventStore.Append(db, _time, id.ToString(), EventKind.Previewed, reasonForNone ?? "preview made");
        return true;
    }, cancellationToken);

    /// <summary>Records why a frame that the policy let go is still here; null when nothing holds it.</summary>
    public Task HoldAsync(CaptureId id, string? reason, CancellationToken cancellationToken) => _file.WriteRelaxedAsync(db =>
    {
        if (db.Execute(Sql.Hold, new { id, reason }) == 0 || reason is null)
            return false;
        EventStore.Append(db, _time, id.ToString(), EventKind.Held, reason);
        return true;
    }, cancellationToken);

    /// <summary>
    /// The local bytes are gone, through the door. A power cut that takes this leaves the door open, and the frame is looked at again.
    /// </summary>
    public Task ReleasedAsync(CaptureId id, CancellationToken cancellationToken) => _file.WriteRelaxedAsync(db =>
    {
        if (db.Execute(Sql.Released, new { id, at = _time.GetUtcNow() }) == 0)
            return false;
        EventStore.Append(db, _time, id.ToString(), EventKind.Released, "local bytes freed", EventStore.OfFrame);
        return true;
    }, cancellationToken);

    /// <summary>
    /// A released frame's bytes are back in its file, which has another inode and time now: it is a frame that is here again. False when it
    /// was not released, or was discarded meanwhile.
    /// </summary>
    public Task<bool> RecalledAsync(CaptureId id, long modifiedNs, long inode, string detail, CancellationToken cancellationToken) =>
        _file.WriteAsync(db =>
        {
            if (db.Execute(Sql.Recalled, new { id, modifiedNs, inode }) == 0)
                return false;
            EventStore.Append(db, _time, id.ToString(), EventKind.Recalled, detail, EventStore.OfFrame);
            return true;
        }, cancellationToken);

    /// <summary>
    /// What was saved is not here any more, and nobody released it: its file is missing or holds other bytes. It is never sent from here
    /// again. One fact, however often it is seen.
    /// </summary>
    public Task FileLostAsync(CaptureId id, string why, CancellationToken cancellationToken) => _file.WriteAsync(db =>
    {
        if (db.Execute(Sql.FileLost, new { id, why, at = _time.GetUtcNow() }) == 1)
            EventStore.Append(db, _time, id.ToString(), EventKind.Failed, why);
    }, cancellationToken);

    /// <summary>
    /// Every byte of its file is as it was saved: one that was put back, or only touched, is known by its looks from now on.
    /// </summary>
    public Task FileIsBackAsync(CaptureRecord capture, long modifiedNs, long inode, CancellationToken cancellationToken) =>
        _file.WriteAsync(db =>
        {
            if (db.Execute(Sql.FileIsBack, new { id = capture.Id, modifiedNs, inode }) == 1 && capture.FileLostAt is not null)
                EventStore.Append(db, _time, capture.Id.ToString(), EventKind.Recalled, "its file is here again, as it was saved");
        }, cancellationToken);

    /// <summary>Frames whose file is missing or damaged, after <paramref name="after"/> in id order.</summary>
    public Task<IReadOnlyList<CaptureRecord>> FilesLostAsync(CaptureId? after, int limit, CancellationToken cancellationToken) =>
        Query(Sql.FilesLost, Page(after, limit), cancellationToken);

    /// <summary>
    /// An operator's word that a frame is to go, everywhere and for ever (law 2): a tombstone that every part obeys. False when it is
    /// discarded already; the first word stands.
    /// </summary>
    /// <param name="id">The frame.</param>
    /// <param name="at">When it was said.</param>
    /// <param name="by">Who said it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public Task<bool> DiscardAsync(CaptureId id, DateTimeOffset at, string by, string reason, CancellationToken cancellationToken) =>
        _file.WriteAsync(db =>
        {
            if (db.Execute(Sql.Discard, new { id, at, by, reason }) == 0)
                return false;
            EventStore.Append(db, _time, id.ToString(), EventKind.Discarded, $"{by}: {reason}", EventStore.OfFrame);
            return true;
        }, cancellationToken);

    /// <summary>A discarded frame's local bytes and preview are gone.</summary>
    public Task ErasedAsync(CaptureId id, CancellationToken cancellationToken) => _file.WriteAsync(db =>
    {
        if (db.Execute(Sql.Erased, new { id, at = _time.GetUtcNow() }) == 1)
            EventStore.Append(db, _time, id.ToString(), EventKind.Erased, "its bytes and its preview are gone from here");
    }, cancellationToken);

    /// <summary>Discarded frames whose local bytes may still be here.</summary>
    public Task<IReadOnlyList<CaptureRecord>> UnerasedAsync(int limit, CancellationToken cancellationToken) =>
        Query(Sql.Unerased, new { limit }, cancellationToken);

    private static int NextNumber(SqliteConnection db, SessionName session) => db.ExecuteScalar<int>(Sql.NextNumber, new { session });

    private Task<IReadOnlyList<CaptureRecord>> Query(string sql, object parameters, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<CaptureRecord>>(db => db.Query<CaptureRecord>(sql, parameters).AsList(), cancellationToken);
}
