using Dapper;
using Wanda.Custody;

namespace Wanda.Catalog;

public sealed partial class DestinationStore
{
    /// <summary>
    /// Records which machine a destination was found to be on. Proofs that stand are of that place too: what was taken for another machine
    /// and is this one opens no door any more, and what could not be told and is another one now counts.
    /// </summary>
    /// <param name="name">The destination.</param>
    /// <param name="found">What was found.</param>
    /// <param name="here">Whether its proofs count as of this machine; when nothing can be told, that is a rule's answer.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task JudgedAsync(string name, MachineJudgement found, bool here, CancellationToken cancellationToken)
    {
        if (await FindAsync(name, cancellationToken) is not { } known
            || (known.Machine == found.Machine && known.MachineHow == found.How && known.MachineHere == here))
        {
            return;
        }

        await _file.WriteAsync(db =>
        {
            db.Execute(Judging.Found, new { name, machine = found.Machine.ToString(), found.How, here });
            // It was on this machine and is not any more: somebody moved it, and whether the copies came along is asked of each.
            db.Execute(!here && known.Machine == Machine.This ? Judging.AskAgain : Judging.Count, new { name, here });
            if (known.Machine != found.Machine || known.MachineHere != here)
                EventStore.Append(db, _time, name, EventKind.Judged, $"it counts as {(here ? "this" : "another")} machine: it {found.How}");
        }, cancellationToken);
    }

    /// <summary>
    /// Records the operator's word on whether a destination is on this machine. It holds where nothing can be told, and is kept when the
    /// configuration says nothing any more.
    /// </summary>
    /// <param name="name">The destination.</param>
    /// <param name="sameMachine">The word.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task AnsweredAsync(string name, bool sameMachine, CancellationToken cancellationToken)
    {
        if (await FindAsync(name, cancellationToken) is not { } known || known.SameMachine == sameMachine)
            return;
        await _file.WriteAsync(db =>
        {
            db.Execute(Judging.Answered, new { name, sameMachine });
            EventStore.Append(db, _time, name, EventKind.Judged,
                $"the operator says that it is on {(sameMachine ? "this" : "another")} machine (\"sameMachine\" in the configuration)");
            // Proofs that were given before are of the same place: they count by the same word, at once.
            if (sameMachine || known.Machine == Machine.Unknown)
            {
                db.Execute(Judging.Here, new { name, here = sameMachine });
                db.Execute(Judging.Count, new { name, here = sameMachine });
            }
        }, cancellationToken);
    }

    /// <summary>
    /// Records which machine a destination runs on, as a number that another one on the same machine has too. Those count as one copy from
    /// then on, also where one of them restarts before the other is asked again, until one points elsewhere.
    /// </summary>
    /// <param name="name">The destination.</param>
    /// <param name="token">The number.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task RunsOnAsync(string name, string token, CancellationToken cancellationToken)
    {
        if (await FindAsync(name, cancellationToken) is not { } known || known.MachineToken == token)
            return;
        await _file.WriteAsync(db =>
        {
            db.Execute(Judging.RunsOn, new { name, token });
            var together = db.Query<(string Name, string Domain, string? Shared)>(Judging.Together, new { token }).ToList();
            var domain = together.Min(d => d.Domain);
            foreach (var one in together.Where(d => together.Count > 1 && d.Shared != domain))
            {
                db.Execute(Judging.Share, new { name = one.Name, domain });
                db.Execute(Judging.ShareProofs, new { name = one.Name, domain });
                EventStore.Append(db, _time, one.Name, EventKind.Judged,
                    $"it is on one machine with {string.Join(", ", together.Select(d => d.Name).Where(n => n != one.Name))}: one copy");
            }
        }, cancellationToken);
    }

    private static class Judging
    {
        public const string RunsOn = "UPDATE destinations SET machine_token = @token WHERE name = @name";

        public const string Together = """
            SELECT name, coalesce(machine_domain, failure_domain) AS domain, machine_domain AS shared
            FROM destinations WHERE machine_token = @token AND configured
            """;

        public const string Share = "UPDATE destinations SET machine_domain = @domain WHERE name = @name";
        public const string ShareProofs = $"UPDATE proofs SET failure_domain = @domain WHERE {OfToday}";

        public const string Found =
            "UPDATE destinations SET machine = @machine, machine_how = @How, machine_here = @here WHERE name = @name";

        public const string Answered = "UPDATE destinations SET same_machine = @sameMachine WHERE name = @name";
        public const string Here = "UPDATE destinations SET machine_here = @here WHERE name = @name";

        // Of the place that it is now; those of another place under its name count for nothing anyway.
        private const string OfToday = "destination = @name AND place IS (SELECT d.place FROM destinations d WHERE d.name = @name)";

        public const string Count = $"UPDATE proofs SET on_this_machine = @here WHERE {OfToday} AND on_this_machine <> @here";

        public const string AskAgain = $"""
            DELETE FROM proofs WHERE {OfToday} AND on_this_machine
                AND NOT EXISTS (SELECT 1 FROM captures c WHERE c.id = proofs.subject AND c.released_at IS NOT NULL)
            """;

        public const string Forget = """
            UPDATE destinations SET machine = NULL, machine_how = NULL, machine_here = NULL, same_machine = NULL, judged_by_address = 0,
                machine_token = NULL, machine_domain = NULL, disk = NULL
            WHERE name = @Name
            """;

        public const string TakeAlong = """
            UPDATE destinations
            SET (machine, machine_how, machine_here, same_machine, judged_by_address, machine_token, machine_domain, disk, doubted_at,
                doubted_until) =
                (SELECT o.machine, o.machine_how, o.machine_here, o.same_machine, o.judged_by_address, o.machine_token, o.machine_domain,
                        o.disk, o.doubted_at, o.doubted_until
                 FROM destinations o WHERE o.name = @old)
            WHERE name = @Name
            """;
    }
}
