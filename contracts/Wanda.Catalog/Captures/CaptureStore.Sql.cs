using Wanda.Custody;

namespace Wanda.Catalog;

public sealed partial class CaptureStore
{
    private static class Sql
    {
        public const string Known = "SELECT * FROM captures WHERE id = @Id";

        // The same look at a file and other bytes in it: the look was too coarse (FAT keeps times to 2 s), and belongs to the newer ones.
        // Without a birth and with a path behind it (FileLook.IsWeak) it may be another card's file, which comes again: it is known by its
        // bytes then.
        private const string Aside = "CASE WHEN source_key GLOB '[1-9]*.0.*.*.*.*.*' THEN source_key || '#' || id END";

        public const string Unclaim = $"UPDATE captures SET source_key = {Aside} WHERE source_key = @sourceKey AND sha256 <> @Sha256";

        public const string NextNumber = "SELECT coalesce(max(number), 0) + 1 FROM captures WHERE session = @session";

        public const string Insert = """
            INSERT INTO captures (id, session, number, kind, part_of, file_name, original_name, folder, path, size_bytes, modified_ns,
                inode, sha256, format, source, source_key, source_path, taken_at, saved_at, clock_trusted, metadata, cid, dag_bytes,
                added_at, preview, preview_reason, releasing_at, released_at, discarded_at, discard_reason, discarded_by, erased_at)
            VALUES (@Id, @Session, @Number, @Kind, @PartOf, @FileName, @OriginalName, @Folder, @Path, @SizeBytes, @ModifiedNs, @Inode,
                @Sha256, @Format, @Source, @SourceKey, @SourcePath, @TakenAt, @SavedAt, @ClockTrusted, @Metadata, @Cid, @DagBytes, @AddedAt,
                @Preview, @PreviewReason, @ReleasingAt, @ReleasedAt, @DiscardedAt, @DiscardReason, @DiscardedBy, @ErasedAt)
            """;

        public const string ById = "SELECT * FROM captures WHERE id = @id";
        public const string ByPrefix = "SELECT * FROM captures WHERE id >= @low AND id < @high ORDER BY id LIMIT @limit";
        public const string ByPath = "SELECT * FROM captures WHERE path = @path";
        public const string CountByCid = "SELECT count(*) FROM captures WHERE cid = @cid AND discarded_at IS NULL";
        public const string ByCid = "SELECT * FROM captures WHERE cid = @cid ORDER BY id LIMIT @limit";
        public const string OfSession = "SELECT * FROM captures WHERE session = @session ORDER BY number";
        public const string LastOfSession = "SELECT * FROM captures WHERE session = @session ORDER BY number DESC LIMIT 1";
        public const string BySourceKey = "SELECT * FROM captures WHERE source_key = @sourceKey";

        public const string Watched =
            "SELECT * FROM captures WHERE sha256 = @sha256 AND (source_key IS NOT NULL OR source = 'recovered') ORDER BY id LIMIT @limit";

        public const string Identify = """
            UPDATE captures SET kind = @Kind, part_of = @PartOf, file_name = @FileName, original_name = @OriginalName, folder = @Folder,
                source = @Source, source_key = @SourceKey, source_path = @SourcePath, taken_at = @TakenAt, metadata = @Metadata
            WHERE id = @Id AND source = 'recovered'
            """;

        public const string Versions = """
            SELECT count(*) AS Count, max(c.saved_at) AS Last
            FROM captures p JOIN captures c
              ON c.session = p.session AND c.kind = 'Sidecar' AND c.source = p.source AND c.file_name = p.file_name AND c.folder IS p.folder
            WHERE p.source_path = @path AND p.source = @source AND p.session = @session AND p.kind = 'Sidecar'
            """;

        public const string HasWatched = "SELECT EXISTS (SELECT 1 FROM captures WHERE source_key IS NOT NULL)";
        public const string UnclaimOthers = $"UPDATE captures SET source_key = {Aside} WHERE source_key = @sourceKey AND id <> @Id";
        public const string SupersedeFile =
            "UPDATE captures SET source_key = NULL WHERE source_key >= @low AND source_key < @high AND id <> @Id";

        public const string SupersedePath =
            "UPDATE captures SET source_path = NULL WHERE source_path = @SourcePath AND source = @Source AND id <> @Id";

        public const string Reclaim = "UPDATE captures SET source_key = @sourceKey, source_path = @path WHERE id = @Id";
        public const string OfStem = """
            SELECT * FROM captures
            WHERE session = @session AND folder IS @folder AND kind <> 'Sidecar' AND discarded_at IS NULL
              AND (file_name = @stem COLLATE NOCASE OR file_name LIKE @like ESCAPE '!')
            ORDER BY number DESC LIMIT 20
            """;

        // By the primary key alone: so many rows are looked through, however many there are.
        public const string LatelyOfStem = """
            SELECT * FROM captures
            WHERE id IN (SELECT id FROM captures ORDER BY id DESC LIMIT 2000)
              AND source = @source AND folder IS @folder AND kind <> 'Sidecar' AND discarded_at IS NULL
              AND (file_name = @stem COLLATE NOCASE OR file_name LIKE @like ESCAPE '!')
            ORDER BY id DESC LIMIT 20
            """;

        public const string Untied = """
            SELECT * FROM captures WHERE session = @session AND kind = 'Sidecar' AND part_of IS NULL AND folder IS @folder
            ORDER BY number DESC LIMIT @limit
            """;

        public const string Tie = "UPDATE captures SET part_of = @frame WHERE id = @sidecar AND part_of IS NULL";

        public const string PathsOf = "SELECT path FROM captures WHERE session = @session";
        public const string Newest = "SELECT * FROM captures ORDER BY id DESC LIMIT @limit";
        public const string CidOf = "SELECT cid FROM captures WHERE id = @id";

        public const string Added =
            "UPDATE captures SET cid = @cid, dag_bytes = @dagBytes, added_at = @at WHERE id = @id AND cid IS NULL";

        public const string Previewed = """
            UPDATE captures SET preview = @state, preview_reason = @reasonForNone, preview_warning = @warning, figures = @figures
            WHERE id = @id AND preview = 'Pending'
            """;

        public const string Hold = """
            UPDATE captures SET hold_reason = @reason
            WHERE id = @id AND hold_reason IS NOT @reason AND released_at IS NULL AND discarded_at IS NULL
            """;

        public const string Released =
            "UPDATE captures SET released_at = @at, hold_reason = NULL WHERE id = @id AND releasing_at IS NOT NULL AND released_at IS NULL";

        public const string Recalled = """
            UPDATE captures SET releasing_at = NULL, released_at = NULL, hold_reason = NULL, file_lost_at = NULL, file_lost_why = NULL,
                modified_ns = @modifiedNs, inode = @inode
            WHERE id = @id AND (releasing_at IS NOT NULL OR file_lost_at IS NOT NULL) AND discarded_at IS NULL
            """;

        public const string FileLost = """
            UPDATE captures SET file_lost_at = @at, file_lost_why = @why
            WHERE id = @id AND file_lost_why IS NOT @why AND releasing_at IS NULL AND released_at IS NULL AND discarded_at IS NULL
            """;

        public const string FileIsBack = """
            UPDATE captures SET file_lost_at = NULL, file_lost_why = NULL, modified_ns = @modifiedNs, inode = @inode
            WHERE id = @id AND (file_lost_at IS NOT NULL OR modified_ns <> @modifiedNs OR inode <> @inode)
            """;

        public const string FilesLost =
            "SELECT * FROM captures WHERE file_lost_at IS NOT NULL AND discarded_at IS NULL AND id > @after ORDER BY id LIMIT @limit";

        // The preview is marked as none, so that the worker that makes previews passes the discarded frame over.
        public const string Discard = """
            UPDATE captures SET discarded_at = @at, discarded_by = @by, discard_reason = @reason, hold_reason = NULL,
                preview = 'None', preview_reason = 'discarded'
            WHERE id = @id AND discarded_at IS NULL
            """;

        public const string Erased =
            "UPDATE captures SET erased_at = @at WHERE id = @id AND discarded_at IS NOT NULL AND erased_at IS NULL";

        public const string Unerased =
            "SELECT * FROM captures WHERE discarded_at IS NOT NULL AND erased_at IS NULL ORDER BY id LIMIT @limit";

        public const string Unadded = """
            SELECT * FROM captures WHERE cid IS NULL AND discarded_at IS NULL AND file_lost_at IS NULL AND id > @after
            ORDER BY id LIMIT @limit
            """;

        public const string Unpreviewed =
            "SELECT * FROM captures WHERE preview = 'Pending' AND discarded_at IS NULL AND id > @after ORDER BY id LIMIT @limit";

        public const string Here = """
            SELECT * FROM captures WHERE released_at IS NULL AND discarded_at IS NULL AND file_lost_at IS NULL AND id > @after
            ORDER BY id LIMIT @limit
            """;

        public const string EndOfHere = """
            SELECT max(id) FROM (SELECT id FROM captures WHERE released_at IS NULL AND discarded_at IS NULL AND id > @after AND id < @until
                                 ORDER BY id LIMIT @limit)
            """;

        public const string WithOpenDoor =
            "SELECT id FROM captures WHERE releasing_at IS NOT NULL AND released_at IS NULL AND discarded_at IS NULL ORDER BY id";

        public static readonly string MayGo = $"""
            SELECT c.id FROM captures c
            WHERE c.released_at IS NULL AND c.discarded_at IS NULL AND c.id > @after AND c.id <= @end AND c.file_lost_at IS NULL
              AND @any AND {ReleasePolicy.MayGoSql}
            ORDER BY c.id
            """;

        public static readonly string DrainOrder = $"""
            SELECT c.* FROM captures c JOIN proofs p ON {CopyRule.IsOfFrame} AND {CopyRule.IsInForce} AND {CopyRule.IsOfToday}
                AND {CopyRule.IsUndoubted}
            WHERE c.released_at IS NULL AND c.discarded_at IS NULL AND c.file_lost_at IS NULL
            GROUP BY c.id
            ORDER BY c.preview = 'Pending', count(DISTINCT lower(p.failure_domain)) DESC, min(p.proven_at), c.id LIMIT @limit OFFSET @skip
            """;

        public static readonly string UnprovenAt = $"""
            SELECT c.* FROM captures c
            WHERE c.releasing_at IS NULL AND c.released_at IS NULL AND c.discarded_at IS NULL AND c.file_lost_at IS NULL AND c.cid IS NOT NULL
              AND c.id > @after AND c.id <= @until
              AND NOT EXISTS (SELECT 1 FROM proofs p WHERE p.subject = c.id AND p.destination = @destination AND p.cid = c.cid
                              AND {CopyRule.IsInForce} AND {CopyRule.IsOfToday})
            ORDER BY c.id LIMIT @limit
            """;

        public const string UntakenAt = """
            SELECT c.* FROM captures c
            WHERE c.releasing_at IS NULL AND c.released_at IS NULL AND c.discarded_at IS NULL AND c.file_lost_at IS NULL AND c.cid IS NOT NULL
              AND c.id > @after AND c.id <= @until
              AND NOT EXISTS (SELECT 1 FROM pins p WHERE p.subject = c.id AND p.destination = @destination AND p.cid = c.cid)
            ORDER BY c.id LIMIT @limit
            """;
    }
}
