using Dapper;
using Microsoft.Data.Sqlite;
using Sqlite.Shared;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>The release door in the catalogue: open from before a frame's file goes until it is gone (law 2).</summary>
public sealed class DoorStore
{
    private readonly SqliteFile _file;
    private readonly TimeProvider _time;

    internal DoorStore(SqliteFile file, TimeProvider time) => (_file, _time) = (file, time);

    /// <summary>
    /// Opens the release door, in one write with the last look at what it was decided on: the frame, every proof, the clock and the file.
    /// On disk before the file is touched, and with it every proof that was recorded before.
    /// </summary>
    /// <returns>Null when it is open; otherwise why it stays shut (<see cref="DoorCode"/>).</returns>
    public Task<string?> OpenAsync(ReleasePlan plan, CancellationToken cancellationToken) => _file.WriteAsync(db =>
    {
        var now = _time.GetUtcNow();
        if (WhyShut(db, plan, now) is { } why)
            return why;
        if (db.Execute(Sql.Open, new { id = plan.Capture.Id, cid = plan.Capture.Cid, now }) == 0)
            return Coded.Text(DoorCode.FrameChanged);
        EventStore.Append(db, _time, plan.Capture.Id.ToString(), EventKind.Releasing, plan.Words);
        return null;
    }, cancellationToken);

    /// <summary>
    /// Shuts a door that was found open (<paramref name="why"/>: <see cref="DoorCode"/>): the file is still here, and its release is
    /// decided anew.
    /// </summary>
    public Task ShutAsync(CaptureId id, string why, CancellationToken cancellationToken) => _file.WriteAsync(db =>
    {
        if (db.Execute(Sql.Shut, new { id }) == 1)
            EventStore.Append(db, _time, id.ToString(), EventKind.Held, why);
    }, cancellationToken);

    /// <summary>Another record says that the frame was released, and its file is not here: no door is opened by it.</summary>
    internal Task ReleasedBeforeAsync(CaptureId id, DateTimeOffset at, CancellationToken cancellationToken) => _file.WriteAsync(db =>
    {
        if (db.Execute(Sql.ReleasedBefore, new { id, at }) == 1)
            EventStore.Append(db, _time, id.ToString(), EventKind.Released, "from the session's journal");
    }, cancellationToken);

    /// <summary>
    /// Another record says that an operator discarded the frame, and its file is not here: that is obeyed here, and no copy elsewhere is
    /// let go by it. It is nobody's word of today, and those may be the last.
    /// </summary>
    internal Task DiscardedBeforeAsync(CaptureId id, DateTimeOffset at, string by, string reason, CancellationToken cancellationToken) =>
        _file.WriteAsync(db =>
        {
            if (db.Execute(Sql.DiscardedBefore, new { id, at, by, reason }) == 0)
                return;
            db.Execute(Sql.ForgetPushes, new { id });
            EventStore.Append(db, _time, id.ToString(), EventKind.Discarded,
                $"{by}: {reason} (from the session's journal: the copies that destinations have are left to them)");
        }, cancellationToken);

    private static string? WhyShut(SqliteConnection db, ReleasePlan plan, DateTimeOffset now)
    {
        if (db.ExecuteScalar<long>(Sql.IsClockBehind, new { now }) > 0)
            return Coded.Text(DoorCode.ClockWentBack);
        var proofs = plan.Proofs.Select(p => p.Id).ToList();
        if (proofs.Count == 0 || db.ExecuteScalar<long>(Sql.StillCounts, new
        {
            id = plan.Capture.Id,
            proofs,
            countThisMachine = plan.CountThisMachine,
            now,
        }) != proofs.Count)
        {
            return Coded.Text(DoorCode.ProofGone);
        }

        return plan.IsFileInPlace() ? null : Coded.Text(DoorCode.FileChanged, plan.Capture.Path);
    }

    private static class Sql
    {
        public const string IsClockBehind = "SELECT count(*) FROM node WHERE key = 'newest_time' AND value > @now";

        public static readonly string StillCounts = $"""
            SELECT count(*) FROM captures c JOIN proofs p ON {CopyRule.OpensDoor}
            WHERE c.id = @id AND p.id IN @proofs
            """;

        public const string Open = """
            UPDATE captures SET releasing_at = @now
            WHERE id = @id AND cid = @cid AND releasing_at IS NULL AND released_at IS NULL AND discarded_at IS NULL AND file_lost_at IS NULL
            """;

        public const string Shut =
            "UPDATE captures SET releasing_at = NULL WHERE id = @id AND releasing_at IS NOT NULL AND released_at IS NULL";

        public const string DiscardedBefore = """
            UPDATE captures SET discarded_at = @at, discarded_by = @by, discard_reason = @reason, erased_at = @at, hold_reason = NULL,
                preview = 'None', preview_reason = 'discarded'
            WHERE id = @id AND discarded_at IS NULL
            """;

        public const string ForgetPushes = "DELETE FROM pins WHERE subject = @id";

        public const string ReleasedBefore = """
            UPDATE captures SET releasing_at = @at, released_at = @at, hold_reason = NULL
            WHERE id = @id AND released_at IS NULL AND discarded_at IS NULL
            """;
    }
}
