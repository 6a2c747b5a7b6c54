using Dapper;
using Microsoft.Data.Sqlite;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <content>Sessions that are runs of another program.</content>
public sealed partial class Ledger
{
    private static SessionName RunSeen(Writing write, Fact.RunSeen f)
    {
        if (write.Replayed)
        {
            write.Changes(RunSql.Restore, new { f.Wanted, f.Source, f.Folder, f.Night, f.StartedAt, write.Now });
            return f.Wanted;
        }

        if (write.Db.QueryFirstOrDefault<string>(RunSql.Known, f) is { } known)
            return new SessionName(known);
        if (f.StartedAt is not null && write.Db.QueryFirstOrDefault<string>(RunSql.Untold, f) is { } early)
        {
            write.Changes(RunSql.Start, new { name = early, f.StartedAt });
            write.Tell(early, EventKind.Told, $"{f.Folder}: it began {f.StartedAt:u}", EventStore.OfSession);
            return new SessionName(early);
        }

        var name = Free(write.Db, f.Wanted);
        write.Changes(RunSql.Begin, new { name, f.Source, f.Folder, f.Night, f.StartedAt, write.Now });
        write.Tell(name.Value, EventKind.Told, $"a run of {f.Folder}, from {f.Source}", EventStore.OfSession);
        return name;
    }

    private static bool RunTold(Writing write, Fact.RunTold f)
    {
        var isNews = write.Changes(write.Replayed ? RunSql.Restate : RunSql.State, f) == 1;
        // The row may have it from before, when it was not said to last.
        var detail = $"its program says: {f.Report.Status ?? "nothing"}, {f.Report.ImagesCaptured ?? 0} images";
        return f.IsLast && !write.Replayed && (isNews || write.Db.ExecuteScalar<bool>(RunSql.IsUntold, new { f.Session, detail }))
            ? write.Tell(f.Session.Value, EventKind.Told, detail, EventStore.OfSession)
            : isNews;
    }

    /// <summary>The name, with a number behind it where it is taken; without regard to case, for a disk may have none.</summary>
    private static SessionName Free(SqliteConnection db, SessionName wanted)
    {
        var name = wanted;
        for (var number = 2; db.ExecuteScalar<bool>(RunSql.IsTaken, new { name }); number++)
            name = new SessionName($"{wanted}-{number}");
        return name;
    }

    private static class RunSql
    {
        public const string Known = """
            SELECT name FROM sessions
            WHERE source = @Source AND folder = @Folder
              AND (run_at = @StartedAt OR (@StartedAt IS NULL AND run_at IS NULL AND run_night = @Night))
            ORDER BY name LIMIT 1
            """;

        // What came before its program told of it, all of it since it began.
        public const string Untold = """
            SELECT name FROM sessions s
            WHERE source = @Source AND folder = @Folder AND run_at IS NULL AND run_night = @Night
              AND NOT EXISTS (SELECT 1 FROM captures c WHERE c.session = s.name AND c.taken_at < @StartedAt)
            ORDER BY name LIMIT 1
            """;

        public const string IsTaken = "SELECT EXISTS (SELECT 1 FROM sessions WHERE name = @name COLLATE NOCASE)";

        public const string Begin = """
            INSERT INTO sessions (name, kind, started_at, source, folder, run_night, run_at)
            VALUES (@name, 'Watched', @Now, @Source, @Folder, @Night, @StartedAt)
            """;

        public const string Start = "UPDATE sessions SET run_at = @StartedAt WHERE name = @name";

        public const string Restore = """
            INSERT INTO sessions (name, kind, started_at, source, folder, run_night, run_at)
            VALUES (@Wanted, 'Rebuilt', @Now, @Source, @Folder, @Night, @StartedAt)
            ON CONFLICT (name) DO UPDATE SET source = excluded.source, folder = excluded.folder, run_night = excluded.run_night,
                run_at = coalesce(run_at, excluded.run_at)
            """;

        public const string State =
            "UPDATE sessions SET application = @Report WHERE name = @Session AND source IS NOT NULL AND application IS NOT @Report";

        public const string IsUntold = """
            SELECT EXISTS (SELECT 1 FROM sessions WHERE name = @Session AND source IS NOT NULL) AND @detail IS NOT
                (SELECT detail FROM events WHERE subject = @Session AND kind = 'Told' ORDER BY seq DESC LIMIT 1)
            """;

        public const string Restate =
            "UPDATE sessions SET application = @Report WHERE name = @Session AND source IS NOT NULL AND application IS NULL";
    }
}
