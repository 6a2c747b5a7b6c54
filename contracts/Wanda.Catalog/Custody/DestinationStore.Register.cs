using Dapper;
using Microsoft.Data.Sqlite;
using Wanda.Custody;

namespace Wanda.Catalog;

public sealed partial class DestinationStore
{
    /// <summary>
    /// Makes today's configuration known. A destination keeps its breaker's state, unless it points elsewhere. One that is left out, or
    /// points elsewhere, keeps the proofs that it gave, and they count again when it is back; one that has another name today and is the
    /// same place takes them along, also when its old name stands for another place now. Where it was away, or elsewhere, its proofs are
    /// asked for again at once.
    /// </summary>
    /// <param name="configured">All destinations of the configuration.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public Task RegisterAsync(IReadOnlyList<ConfiguredDestination> configured, CancellationToken cancellationToken) =>
        _file.WriteAsync(db =>
        {
            var before = db.Query<(string Name, string Place, bool Configured)>(Registering.Before).ToList();
            db.Execute(Registering.LeaveOut, new { names = configured.Select(d => d.Name), at = _time.GetUtcNow() });
            foreach (var destination in configured)
                Register(db, destination);
            foreach (var destination in configured.Where(d => !before.Contains((d.Name, d.Place, true))))
                Follow(db, destination, before);
        }, cancellationToken);

    private void Register(SqliteConnection db, ConfiguredDestination destination)
    {
        var before = db.QuerySingleOrDefault<string?>(Registering.PlaceOf, new { destination.Name });
        if (before is not null && before != destination.Place)
        {
            // What it took is at the other place. Here everything is sent anew.
            db.Execute(Registering.ForgetPushes, new { destination.Name });
            db.Execute(Judging.Forget, new { destination.Name });
            db.Execute(Registering.Move, new { destination.Name, at = _time.GetUtcNow() });
            EventStore.Append(db, _time, destination.Name, EventKind.Held,
                $"it is {destination.Place} now and was {before}: what it proved there does not count here");
        }

        db.Execute(Registering.Register,
            new { destination.Name, destination.Kind, destination.FailureDomain, destination.Place, destination.Drains });
        var unplaced = db.Query<string>(Registering.Unplaced, new { destination.Name }).ToList();
        foreach (var endpoint in unplaced.Where(destination.WasAskedAt))
            db.Execute(Registering.PlaceProofs, new { destination.Name, destination.Place, endpoint });
        if (unplaced.Count > 0 && !unplaced.Exists(destination.WasAskedAt.Invoke))
            db.Execute(Judging.Forget, new { destination.Name }); // it was another place when this was not written down yet
        foreach (var old in db.Query<string>(Registering.SamePlace, new { destination.Place }).ToList())
        {
            foreach (var sql in Registering.TakeAlong)
                db.Execute(sql, new { old, destination.Name, destination.Place });
            EventStore.Append(db, _time, destination.Name, EventKind.Held, $"it is the same place as '{old}' was: its copies are kept");
        }
    }

    private void Follow(
        SqliteConnection db, ConfiguredDestination destination, List<(string Name, string Place, bool Configured)> before)
    {
        var follows = db.Execute(Registering.Follow, new { destination.Name, destination.Place }) > 0;
        if (follows)
        {
            db.Execute(Registering.FollowDisk, new { destination.Name, destination.Place });
            EventStore.Append(db, _time, destination.Name, EventKind.Held, "what its place proved under another name is kept");
        }

        var (same, elsewhere) = (before.FindAll(d => d.Place == destination.Place),
            before.Exists(d => d.Name == destination.Name && d.Place != destination.Place));
        if (elsewhere || ((follows || same.Count > 0) && !same.Exists(d => d.Configured)))
            db.Execute(Registering.Doubt, new { destination.Name, at = _time.GetUtcNow() });
    }

    private static class Registering
    {
        public const string Before = "SELECT name, place, configured FROM destinations WHERE place IS NOT NULL";

        public static readonly string Follow = $"""
            UPDATE proofs AS p SET destination = @Name WHERE destination <> @Name AND NOT {CopyRule.IsOfToday}
                AND (place = @Place OR (disk IS NOT NULL AND place = @Place || ', disk ' || disk))
            """;

        public const string FollowDisk = """
            UPDATE destinations SET disk = (SELECT max(p.disk) FROM proofs p WHERE p.destination = @Name AND p.place = @Place)
            WHERE name = @Name AND disk IS NULL
            """;

        // An outage is one of the place where it was.
        private const string Reopen = """
            state = 'Open', pause_code = NULL, reason = NULL, next_try_at = NULL, paused_since = NULL, failures = 0, warning = NULL,
                moved_at = @at
            """;

        public const string LeaveOut = $"UPDATE destinations SET configured = 0, {Reopen} WHERE configured AND name NOT IN @names";
        public const string Move = $"UPDATE destinations SET last_ok_at = NULL, flushes = NULL, {Reopen} WHERE name = @Name";
        public const string PlaceOf = "SELECT place FROM destinations WHERE name = @Name";
        public const string ForgetPushes = "DELETE FROM pins WHERE destination = @Name";

        public const string Doubt = """
            UPDATE destinations SET doubted_at = @at, doubted_until = (SELECT max(expires_at) FROM proofs WHERE destination = @Name)
            WHERE name = @Name
            """;

        public const string Register = """
            INSERT INTO destinations (name, kind, failure_domain, place, configured, drains)
            VALUES (@Name, @Kind, @FailureDomain, @Place, 1, @Drains)
            ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, failure_domain = excluded.failure_domain, place = excluded.place,
                configured = 1, drains = excluded.drains
            """;

        public const string Unplaced = "SELECT DISTINCT endpoint FROM proofs WHERE destination = @Name AND place IS NULL";

        public const string PlaceProofs =
            "UPDATE proofs SET place = @Place WHERE destination = @Name AND place IS NULL AND endpoint = @endpoint";

        public const string SamePlace = "SELECT name FROM destinations WHERE place = @Place AND NOT configured";
        private const string RenameProofs =
            "UPDATE proofs SET destination = @Name WHERE destination = @old AND (place = @Place OR disk IS NOT NULL)";
        private const string RenamePins = "UPDATE OR IGNORE pins SET destination = @Name WHERE destination = @old";
        private const string RenameAudits = "UPDATE OR IGNORE audits SET destination = @Name WHERE destination = @old";
        private const string ForgetName = "DELETE FROM destinations WHERE name = @old";
        public static readonly string[] TakeAlong = [RenameProofs, RenamePins, RenameAudits, Judging.TakeAlong, ForgetName];
    }
}
