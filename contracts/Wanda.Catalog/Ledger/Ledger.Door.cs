using Dapper;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <content>The release door: open from before a frame's file goes until it is gone (law 2).</content>
public sealed partial class Ledger
{
    /// <summary>
    /// Opens the release door, in one write with the last look at what it was decided on: the frame, every proof, the clock and the file.
    /// On disk before the file is touched, and with it every proof that was recorded before.
    /// </summary>
    /// <returns>Null when it is open; otherwise why it stays shut (<see cref="DoorCode"/>).</returns>
    public Task<string?> OpenDoorAsync(DoorRequest request, CancellationToken cancellationToken) => WriteAsync(write =>
    {
        var now = write.Now;
        if (WhyShut(write, request, now) is { } why)
            return why;
        if (write.Changes(DoorSql.Open, new { id = request.Capture.Id, cid = request.Capture.Cid, now }) == 0)
            return Coded.Text(DoorCode.FrameChanged);
        write.Tell($"{request.Capture.Id}", EventKind.Releasing, request.Words);
        return null;
    }, replayed: false, waitedFor: true, cancellationToken);

    private static string? WhyShut(Writing write, DoorRequest request, DateTimeOffset now)
    {
        if (write.Db.ExecuteScalar<long>(DoorSql.IsClockBehind, new { now }) > 0)
            return Coded.Text(DoorCode.ClockWentBack);
        var proofs = request.Proofs.Select(p => p.Id).ToList();
        if (proofs.Count == 0 || write.Db.ExecuteScalar<long>(DoorSql.StillCounts, new
        {
            id = request.Capture.Id,
            proofs,
            countThisMachine = request.CountThisMachine,
            now,
        }) != proofs.Count)
        {
            return Coded.Text(DoorCode.ProofGone);
        }

        return request.IsFileInPlace() ? null : Coded.Text(DoorCode.FileChanged, request.Capture.Path);
    }

    private static class DoorSql
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
            "UPDATE captures SET releasing_at = NULL WHERE id = @Id AND releasing_at IS NOT NULL AND released_at IS NULL";

        // What lay in place is an original like others once the frame is freed.
        private const string Freed =
            "released_at = @at, hold_reason = NULL, original = CASE original WHEN 'InPlace' THEN 'Here' ELSE original END";

        public const string Released =
            $"UPDATE captures SET {Freed} WHERE id = @Id AND releasing_at IS NOT NULL AND released_at IS NULL";

        public const string ReleasedBefore = $"""
            UPDATE captures SET releasing_at = @at, {Freed}
            WHERE id = @Id AND released_at IS NULL AND discarded_at IS NULL
            """;
    }
}
