using Wanda.Custody;

namespace Wanda.Catalog;

public sealed partial class CaptureStore
{
    private static class Sql
    {
        // Of all that are known, and of those that only the session's folder tells of.
        public const string NextNumber = """
            SELECT max(coalesce((SELECT max(number) FROM captures WHERE session = @session), 0),
                       coalesce((SELECT CAST(value AS INTEGER) FROM node WHERE key = 'number/' || @session), 0)) + 1
            """;

        public const string ById = "SELECT * FROM captures WHERE id = @id";
        public const string ByPrefix = "SELECT * FROM captures WHERE id >= @low AND id < @high ORDER BY id LIMIT @limit";
        public const string ByPath = "SELECT * FROM captures WHERE path = @path";
        public const string CountByCid = "SELECT count(*) FROM captures WHERE cid = @cid AND discarded_at IS NULL";
        public const string ByCid = "SELECT * FROM captures WHERE cid = @cid ORDER BY id LIMIT @limit";
        public const string OfSession = "SELECT * FROM captures WHERE session = @session ORDER BY number";
        public const string LastOfSession = "SELECT * FROM captures WHERE session = @session ORDER BY number DESC LIMIT 1";
        public const string BySourceKey = "SELECT * FROM captures WHERE source_key = @sourceKey";

        public const string ByContent =
            "SELECT * FROM captures WHERE sha256 = @sha256 AND source <> @recovered ORDER BY id LIMIT 1";

        public const string Watched =
            "SELECT * FROM captures WHERE sha256 = @sha256 AND (source_key IS NOT NULL OR source = 'recovered') ORDER BY id LIMIT @limit";

        public const string Versions = """
            SELECT count(*) AS Count, max(c.saved_at) AS Last
            FROM captures p JOIN captures c
              ON c.session = p.session AND c.kind = 'Sidecar' AND c.source = p.source AND c.file_name = p.file_name AND c.folder IS p.folder
            WHERE p.source_path = @path AND p.source = @source AND p.session = @session AND p.kind = 'Sidecar'
            """;

        public const string LastAt = "SELECT max(id) FROM captures WHERE source_path = @path AND source = @source";

        public const string HasWatched = "SELECT EXISTS (SELECT 1 FROM captures WHERE source_key IS NOT NULL)";

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

        public const string PathsOf = "SELECT path FROM captures WHERE session = @session";
        public const string Newest = "SELECT * FROM captures ORDER BY id DESC LIMIT @limit";

        public const string FilesLost =
            "SELECT * FROM captures WHERE file_lost_at IS NOT NULL AND discarded_at IS NULL AND id > @after ORDER BY id LIMIT @limit";

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
