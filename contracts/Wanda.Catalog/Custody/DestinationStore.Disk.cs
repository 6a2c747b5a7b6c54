using Dapper;
using Wanda.Custody;

namespace Wanda.Catalog;

public sealed partial class DestinationStore
{
    /// <summary>
    /// Records which disk a destination that keeps files is on now. Another one at the same path is another place: it gets everything anew,
    /// and what was proven on the one before counts again when that is back, at whatever path.
    /// </summary>
    /// <param name="name">The destination.</param>
    /// <param name="disk">The id of the disk.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task IsOnAsync(string name, string disk, CancellationToken cancellationToken)
    {
        var changed = await _file.WriteAsync(db =>
        {
            var before = db.ExecuteScalar<string?>(Disks.Of, new { name });
            if (before == disk)
                return false;
            // The first look at one that was used before disks had ids: its proofs are of the disk that is there.
            if (before is null)
                db.Execute(Disks.Adopt, new { name, disk });
            db.Execute(Disks.Leave, new { name, disk });
            db.Execute(Disks.Return, new { name, disk });
            db.Execute(Disks.Set, new { name, disk });
            if (before is null)
                return false;
            db.Execute(Registering.ForgetPushes, new { Name = name });
            db.Execute(Registering.Doubt, new { Name = name, at = _time.GetUtcNow() });
            EventStore.Append(db, _time, name, EventKind.Held,
                $"another disk is there ({disk}) than before ({before}): what was proven on that one counts when it is back");
            return true;
        }, cancellationToken);
        if (!changed)
            return;
        // A walk of all freed frames, after the write: nobody waits for it.
        var missed = await _file.ReadAsync(db => db.ExecuteScalar<long>(Disks.Missed, new { name, disk }), cancellationToken);
        await WarnedAsync(name, null, cancellationToken);
        if (missed > 0)
        {
            await WarnedAsync(name, $"another disk is there than the one that {missed:N0} frames freed here were proven on, and no other "
                + "destination has them: put that one back", cancellationToken);
        }
    }

    private static class Disks
    {
        private const string PlaceNow = "(SELECT d.place FROM destinations d WHERE d.name = @name)";

        public const string Of = "SELECT disk FROM destinations WHERE name = @name";
        public const string Set = "UPDATE destinations SET disk = @disk WHERE name = @name";

        public const string Adopt =
            $"UPDATE proofs SET disk = @disk WHERE destination = @name AND disk IS NULL AND place = {PlaceNow}";

        public const string Leave =
            $"UPDATE proofs SET place = place || ', disk ' || disk WHERE destination = @name AND disk <> @disk AND place = {PlaceNow}";

        public const string Return =
            $"UPDATE proofs SET place = {PlaceNow} WHERE destination = @name AND disk = @disk AND place IS NOT {PlaceNow}";

        public static readonly string Missed = $"""
            SELECT count(*) FROM captures c WHERE c.released_at IS NOT NULL AND c.discarded_at IS NULL
                AND EXISTS (SELECT 1 FROM proofs p WHERE p.subject = c.id AND p.cid = c.cid AND p.destination = @name AND p.disk <> @disk)
                AND NOT EXISTS (SELECT 1 FROM proofs p WHERE {CopyRule.IsOfFrame} AND {CopyRule.IsOfToday})
            """;
    }
}
