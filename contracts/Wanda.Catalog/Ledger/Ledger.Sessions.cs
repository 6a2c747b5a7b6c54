using Dapper;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <content>Sessions, their archives, and the node's names.</content>
public sealed partial class Ledger
{
    private static bool Archived(Writing write, Fact.Archived f)
    {
        if (write.Db.QuerySingleOrDefault<SessionRecord>(SessionSql.Known, f) is { DirectoryCid: { } before, Published: null }
            && write.Db.ExecuteScalar<bool>(SessionSql.HoldsPrivate, f))
        {
            write.Tell(f.Session.Value, EventKind.Archived, $"{before}, the archive before, tells coordinates, names or "
                + "serial numbers that stood in headers. This one follows \"privacy\"; whoever has the other one's CID may still read it.");
        }

        write.Changes(SessionSql.Archived, new { f.Session, f.DirectoryCid, f.DirectoryBytes, f.Frames, f.Published, write.Now });
        return write.Tell(
            f.Session.Value, EventKind.Archived, $"{f.DirectoryCid}, {f.Frames} {(f.Frames == 1 ? "frame" : "frames")}");
    }

    private static class SessionSql
    {
        public const string NumbersGiven = """
            INSERT INTO node (key, value) VALUES ('number/' || @Session, @Last)
            ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE CAST(excluded.value AS INTEGER) > CAST(value AS INTEGER)
            """;

        public const string Open = """
            INSERT INTO sessions (name, kind, started_at) VALUES (@Session, @Kind, @Now)
            ON CONFLICT (name) DO UPDATE SET ended_at = NULL WHERE ended_at IS NOT NULL
            """;

        public const string End = "UPDATE sessions SET ended_at = @Now WHERE name = @Session AND ended_at IS NULL";

        public const string Known = "SELECT * FROM sessions_with_archive WHERE name = @Session";

        public static readonly string HoldsPrivate =
            $"SELECT EXISTS (SELECT 1 FROM captures c WHERE c.session = @Session AND {PublishedHeaders.HasPrivate("c.metadata")})";

        // Not before the session's end: a clock that went back in between would make every archive look like an old one (law 10).
        public const string Archived = """
            INSERT INTO archives (session, revision, directory_cid, directory_bytes, frames, archived_at, published)
            SELECT @Session, coalesce(max(revision), 0) + 1, @DirectoryCid, @DirectoryBytes, @Frames,
                   max(@Now, coalesce((SELECT ended_at FROM sessions WHERE name = @Session), '')), @Published
            FROM archives WHERE session = @Session
            """;

        public const string NameSigned = """
            INSERT INTO ipns (name, root_cid, sequence, record, signed_at, published_at, problem)
            VALUES (@Name, @RootCid, @Sequence, @Record, @SignedAt, @PublishedAt, @Problem)
            ON CONFLICT (name) DO UPDATE SET root_cid = excluded.root_cid, sequence = excluded.sequence, record = excluded.record,
                signed_at = excluded.signed_at, published_at = excluded.published_at, problem = excluded.problem
            WHERE excluded.sequence >= sequence
            """;
    }
}
