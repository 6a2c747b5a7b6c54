using Dapper;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <content>What happens to a capture and its file.</content>
public sealed partial class Ledger
{
    private const string FromJournal = "from the session's journal";

    private static CaptureRecord Saved(Writing write, CaptureRecord capture)
    {
        var db = write.Db;
        if (db.QuerySingleOrDefault<CaptureRecord>(CaptureSql.Known, new { capture.Id }) is { } known)
            return known;
        if (capture.SourceKey is { } sourceKey)
        {
            write.Changes(CaptureSql.Unclaim, new { sourceKey, capture.Sha256 });
            if (db.QuerySingleOrDefault<CaptureRecord>(CaptureSql.BySourceKey, new { sourceKey }) is { } taken)
                return taken;
        }

        Supersede(write, capture);
        if (capture.Number == 0)
            capture = capture with { Number = CaptureStore.NextNumber(db, capture.Session) };
        write.Changes(CaptureSql.Insert,
            new DynamicParameters(capture).With("Preview", $"{capture.Preview}").With("Kind", $"{capture.Kind}")
                .With("Original", capture.Original?.ToString()));
        write.Tell($"{capture.Id}", EventKind.Saved,
            $"{capture.FileName}, {capture.SizeBytes:N0} bytes, from {capture.Source}", EventStore.OfFrame);
        return capture;
    }

    private static CaptureRecord? Identified(Writing write, CaptureRecord capture)
    {
        var row = new DynamicParameters(capture).With("Kind", $"{capture.Kind}").With("Original", capture.Original?.ToString());
        if (write.Changes(CaptureSql.Identify, row) == 0)
            return null;
        write.Changes(CaptureSql.UnclaimOthers, capture);
        Supersede(write, capture);
        write.Tell(
            $"{capture.Id}", EventKind.Saved, $"found to be {capture.FileName}, from {capture.Source}", EventStore.OfFrame);
        return capture;
    }

    private static bool Reclaimed(Writing write, Fact.Reclaimed f)
    {
        var claim = f.Capture with { SourceKey = f.SourceKey, SourcePath = f.Path };
        write.Changes(CaptureSql.UnclaimOthers, claim);
        Supersede(write, claim);
        Returned(write, f.Capture.Id);
        return write.Changes(CaptureSql.Reclaim, claim) == 1;
    }

    /// <summary>Earlier captures of the file, or of its place, do not tell of what lies there now.</summary>
    private static void Supersede(Writing write, CaptureRecord capture)
    {
        if (capture.SourceKey?.Split('.') is [var inode, var born, _, _, _, _] && inode != "0")
            write.Changes(CaptureSql.SupersedeFile, new { capture.Id, low = $"{inode}.{born}.", high = $"{inode}.{born}/" });
        if (capture.SourcePath is not null)
            write.Changes(CaptureSql.SupersedePath, capture);
    }

    private static bool Added(Writing write, Fact.Added f)
    {
        if (write.Changes(CaptureSql.Added, new { f.Id, f.Cid, f.DagBytes, write.Now }) == 1)
            return write.Tell($"{f.Id}", EventKind.Added, f.Cid, EventStore.OfFrame);
        if (write.Db.ExecuteScalar<string?>(CaptureSql.CidOf, new { f.Id }) is { } known && known != f.Cid)
        {
            throw new CatalogueConflictException(
                $"Capture {f.Id} has the CID {known}, and its file now gives {f.Cid}: the file was changed after it was saved. "
                    + "Nothing was overwritten; restore the file, or take it as a new capture.");
        }

        return false;
    }

    private static bool Previewed(Writing write, Fact.Previewed f)
    {
        var state = f.ReasonForNone is null ? PreviewState.Ready : PreviewState.None;
        return write.Changes(
                CaptureSql.Previewed, new { f.Id, state = $"{state}", f.ReasonForNone, f.Warning, f.Figures }) == 1
            && write.Tell($"{f.Id}", EventKind.Previewed, f.ReasonForNone ?? "preview made");
    }

    private static bool Released(Writing write, Fact.Released f)
    {
        var change = new { f.Id, at = f.At ?? write.Now };
        return write.Replayed
            // Its file is not here: no door was opened by that.
            ? write.Changes(DoorSql.ReleasedBefore, change) == 1 && write.Tell($"{f.Id}", EventKind.Released, FromJournal)
            : write.Changes(DoorSql.Released, change) == 1
                && write.Tell($"{f.Id}", EventKind.Released, "local bytes freed", EventStore.OfFrame);
    }

    private static bool FileFound(Writing write, Fact.FileFound f)
    {
        var lost = write.Db.ExecuteScalar<bool>(CaptureSql.IsFileLost, new { f.Id });
        return write.Changes(CaptureSql.FileFound, f) == 1
            && (!lost || write.Tell($"{f.Id}", EventKind.Recalled, "its file is here again, as it was saved"));
    }

    private static bool Discarded(Writing write, Fact.Discarded f)
    {
        if (!write.Replayed)
        {
            return write.Changes(CaptureSql.Discard, f) == 1
                && write.Tell($"{f.Id}", EventKind.Discarded, $"{f.By}: {f.Reason}", EventStore.OfFrame);
        }

        // Its file is not here, and that is obeyed. No copy elsewhere is let go by it: it is nobody's word of today, and those may be the
        // last.
        if (write.Changes(CaptureSql.DiscardedBefore, f) == 0)
            return false;
        write.Changes(CaptureSql.ForgetPushes, new { f.Id });
        return write.Tell($"{f.Id}", EventKind.Discarded,
            $"{f.By}: {f.Reason} ({FromJournal}: the copies that destinations have are left to them)");
    }

    private static class CaptureSql
    {
        public const string Known = "SELECT * FROM captures WHERE id = @Id";

        // The same look at a file and other bytes in it: the look was too coarse (FAT keeps times to 2 s), and belongs to the newer ones.
        // Without a birth and with a path behind it (FileLook.IsWeak) it may be another card's file, which comes again: it is known by its
        // bytes then.
        private const string Aside = "CASE WHEN source_key GLOB '[1-9]*.0.*.*.*.*.*' THEN source_key || '#' || id END";

        public const string Unclaim = $"UPDATE captures SET source_key = {Aside} WHERE source_key = @sourceKey AND sha256 <> @Sha256";

        public const string BySourceKey = "SELECT * FROM captures WHERE source_key = @sourceKey";

        public const string Insert = """
            INSERT INTO captures (id, session, number, kind, part_of, file_name, original_name, folder, path, size_bytes, modified_ns,
                inode, sha256, format, source, source_key, source_path, original, taken_at, saved_at, clock_trusted, metadata, cid,
                dag_bytes, added_at, preview, preview_reason, releasing_at, released_at, discarded_at, discard_reason, discarded_by, erased_at)
            VALUES (@Id, @Session, @Number, @Kind, @PartOf, @FileName, @OriginalName, @Folder, @Path, @SizeBytes, @ModifiedNs, @Inode,
                @Sha256, @Format, @Source, @SourceKey, @SourcePath, @Original, @TakenAt, @SavedAt, @ClockTrusted, @Metadata, @Cid,
                @DagBytes, @AddedAt, @Preview, @PreviewReason, @ReleasingAt, @ReleasedAt, @DiscardedAt, @DiscardReason, @DiscardedBy, @ErasedAt)
            """;

        public const string Identify = """
            UPDATE captures SET kind = @Kind, part_of = @PartOf, file_name = @FileName, original_name = @OriginalName, folder = @Folder,
                source = @Source, source_key = @SourceKey, source_path = @SourcePath, original = @Original, taken_at = @TakenAt,
                metadata = @Metadata
            WHERE id = @Id AND source = 'recovered'
            """;

        public const string UnclaimOthers = $"UPDATE captures SET source_key = {Aside} WHERE source_key = @SourceKey AND id <> @Id";

        public const string SupersedeFile =
            "UPDATE captures SET source_key = NULL WHERE source_key >= @low AND source_key < @high AND id <> @Id";

        public const string SupersedePath =
            "UPDATE captures SET source_path = NULL WHERE source_path = @SourcePath AND source = @Source AND id <> @Id";

        public const string Reclaim = "UPDATE captures SET source_key = @SourceKey, source_path = @SourcePath WHERE id = @Id";

        public const string Tie = "UPDATE captures SET part_of = @Frame WHERE id = @Sidecar AND part_of IS NULL";

        public const string CidOf = "SELECT cid FROM captures WHERE id = @Id";

        public const string Added =
            "UPDATE captures SET cid = @Cid, dag_bytes = @DagBytes, added_at = @Now WHERE id = @Id AND cid IS NULL";

        public const string Previewed = """
            UPDATE captures SET preview = @state, preview_reason = @ReasonForNone, preview_warning = @Warning, figures = @Figures
            WHERE id = @Id AND preview = 'Pending'
            """;

        public const string Hold = """
            UPDATE captures SET hold_reason = @Reason
            WHERE id = @Id AND hold_reason IS NOT @Reason AND released_at IS NULL AND discarded_at IS NULL
            """;

        public const string Recalled = """
            UPDATE captures SET releasing_at = NULL, released_at = NULL, hold_reason = NULL, file_lost_at = NULL, file_lost_why = NULL,
                modified_ns = @ModifiedNs, inode = @Inode, original = CASE original WHEN 'InPlace' THEN 'Here' ELSE original END
            WHERE id = @Id AND (releasing_at IS NOT NULL OR file_lost_at IS NOT NULL) AND discarded_at IS NULL
            """;

        public const string FileLost = """
            UPDATE captures SET file_lost_at = @Now, file_lost_why = @Why
            WHERE id = @Id AND file_lost_why IS NOT @Why AND releasing_at IS NULL AND released_at IS NULL AND discarded_at IS NULL
            """;

        public const string IsFileLost = "SELECT file_lost_at IS NOT NULL FROM captures WHERE id = @Id";

        public const string FileFound = """
            UPDATE captures SET file_lost_at = NULL, file_lost_why = NULL, modified_ns = @ModifiedNs, inode = @Inode
            WHERE id = @Id AND (file_lost_at IS NOT NULL OR modified_ns <> @ModifiedNs OR inode <> @Inode)
            """;

        // The preview is marked as none, so that the worker that makes previews passes the discarded frame over.
        public const string Discard = """
            UPDATE captures SET discarded_at = @At, discarded_by = @By, discard_reason = @Reason, hold_reason = NULL,
                preview = 'None', preview_reason = 'discarded'
            WHERE id = @Id AND discarded_at IS NULL
            """;

        public const string DiscardedBefore = """
            UPDATE captures SET discarded_at = @At, discarded_by = @By, discard_reason = @Reason, erased_at = @At, hold_reason = NULL,
                preview = 'None', preview_reason = 'discarded'
            WHERE id = @Id AND discarded_at IS NULL
            """;

        public const string ForgetPushes = "DELETE FROM pins WHERE subject = @Id";

        public const string Erased =
            "UPDATE captures SET erased_at = @Now WHERE id = @Id AND discarded_at IS NOT NULL AND erased_at IS NULL";
    }
}
