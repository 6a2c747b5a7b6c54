using Microsoft.Data.Sqlite;
using Sqlite.Shared;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>
/// The one way in for what happened to captures, copies and sessions: each fact changes the rows and adds its line to the timeline in one
/// transaction, and the stores read what came of it. The session's journal is told by <see cref="JournalWriter"/>; archives and names have
/// no line there, nor has a session that is no run of another program: a lost catalogue makes these again from the captures, and asks the
/// routers for the sequence of a name. What a destination is and how it fares (<see cref="DestinationStore"/>), when it is looked at again
/// (<see cref="AuditStore"/>), and what a watched folder holds (<see cref="IntakeStore"/>) are no facts of captures.
/// </summary>
public sealed partial class Ledger
{
    /// <summary>How long what is told along waits for another write at most.</summary>
    internal static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    private readonly SqliteFile _file;
    private readonly TimeProvider _time;

    internal Ledger(SqliteFile file, TimeProvider time) => (_file, _time) = (file, time);

    /// <summary>
    /// Tells a fact. It is committed when this returns, and on disk where a law needs that: that a frame is saved (law 1), that its release
    /// was decided (law 2). The rest, which the frame itself can tell again, is not waited for: a power cut may take the last of it, always
    /// from the end, and the reconciler puts that work back (law 5).
    /// </summary>
    /// <returns>What the fact says that comes back; of most, whether it was news.</returns>
    /// <exception cref="CatalogueConflictException">It contradicts what is known. Nothing was changed.</exception>
    public Task<TAnswer> ApplyAsync<TAnswer>(Fact<TAnswer> fact, CancellationToken cancellationToken) =>
        WriteAsync(write => (TAnswer)Apply(write, fact)!, replayed: false, IsWaitedFor(fact), cancellationToken);

    /// <summary>Tells several facts in order: all of them are known afterwards, or none.</summary>
    /// <inheritdoc cref="ApplyAsync{TAnswer}" path="/exception"/>
    public Task ApplyAsync(IReadOnlyCollection<Fact> facts, CancellationToken cancellationToken) =>
        ApplyAsync(facts, replayed: false, cancellationToken);

    /// <summary>
    /// Tells a fact along with this process's next write, in its order, or by itself soon (<see cref="Soon"/>): it costs no commit of its
    /// own. For what is found out again where a kill takes it, and what nobody who is told of it now looks up.
    /// </summary>
    public void ApplyAlong(Fact fact)
    {
        var now = _time.GetUtcNow(); // of when it is told, not of that write
        _file.WriteAlong(db => Apply(new Writing(db, now, Replayed: false), fact));
    }

    /// <summary>Returns when what was told along is committed.</summary>
    public Task SettleAsync(CancellationToken cancellationToken) => _file.WriteRelaxedAsync(_ => true, cancellationToken);

    /// <summary>
    /// Tells what a session's journal says. It needs no line there, and is evidence of another time: it opens no door, lets no copy go, and
    /// each proof is asked for again before anything is released by it (law 2).
    /// </summary>
    internal Task<TAnswer> ReplayAsync<TAnswer>(Fact<TAnswer> fact, CancellationToken cancellationToken) =>
        WriteAsync(write => (TAnswer)Apply(write, fact)!, replayed: true, IsWaitedFor(fact), cancellationToken);

    /// <summary>The same of several.</summary>
    internal Task ReplayAsync(IReadOnlyCollection<Fact> facts, CancellationToken cancellationToken) =>
        ApplyAsync(facts, replayed: true, cancellationToken);

    private async Task ApplyAsync(IReadOnlyCollection<Fact> facts, bool replayed, CancellationToken cancellationToken)
    {
        if (facts.Count > 0)
        {
            await WriteAsync(write =>
            {
                foreach (var fact in facts)
                    Apply(write, fact);
                return true;
            }, replayed, facts.Any(IsWaitedFor), cancellationToken);
        }
    }

    private Task<T> WriteAsync<T>(Func<Writing, T> work, bool replayed, bool waitedFor, CancellationToken cancellationToken) => waitedFor
        ? _file.WriteAsync(db => work(new Writing(db, _time.GetUtcNow(), replayed)), cancellationToken)
        : _file.WriteRelaxedAsync(db => work(new Writing(db, _time.GetUtcNow(), replayed)), cancellationToken);

    /// <summary>
    /// A proof is on disk before anybody acts on it: what opens the release door is a later write to the same log, and the log keeps its
    /// order. After a release the door stands open until it is on disk.
    /// </summary>
    private static bool IsWaitedFor(Fact fact) => fact is not (Fact.Added or Fact.Previewed or Fact.Held or Fact.Released or Fact.Pushed
        or Fact.Proven or Fact.Tied or Fact.Reclaimed or Fact.RunSeen or Fact.RunTold or Fact.Adopted or Fact.OriginalSettled
        or Fact.OriginalHeld);

    private static object? Apply(Writing write, Fact fact) => fact switch
    {
        Fact.Saved f => Saved(write, f.Capture),
        Fact.Identified f => Identified(write, f.Capture),
        Fact.Reclaimed f => Reclaimed(write, f),
        Fact.Tied f => write.Changes(CaptureSql.Tie, f) == 1,
        Fact.Added f => Added(write, f),
        Fact.Previewed f => Previewed(write, f),
        Fact.Held f => write.Changes(CaptureSql.Hold, f) == 1 && f.Reason is { } why && write.Tell($"{f.Id}", EventKind.Held, why),
        Fact.DoorShut f => write.Changes(DoorSql.Shut, f) == 1 && write.Tell($"{f.Id}", EventKind.Held, f.Why),
        Fact.Released f => Released(write, f),
        Fact.Recalled f => write.Changes(CaptureSql.Recalled, f) == 1
            && write.Tell($"{f.Id}", EventKind.Recalled, f.Detail, EventStore.OfFrame),
        Fact.FileLost f => write.Changes(CaptureSql.FileLost, new { f.Id, f.Why, write.Now }) == 1
            && write.Tell($"{f.Id}", EventKind.Failed, f.Why),
        Fact.FileFound f => FileFound(write, f),
        Fact.Adopted f => Adopted(write, f),
        Fact.CopiedOut f => CopiedOut(write, f),
        Fact.OriginalSettled f => OriginalSettled(write, f),
        Fact.OriginalHeld f => write.Changes(OriginalSql.Held, f) == 1 && write.Tell($"{f.Id}", EventKind.Original, f.Why),
        Fact.Discarded f => Discarded(write, f),
        Fact.Erased f => write.Changes(CaptureSql.Erased, new { f.Id, write.Now }) == 1
            && write.Tell($"{f.Id}", EventKind.Erased, "its bytes and its preview are gone from here"),
        Fact.Pushed f => write.Changes(CopySql.Push, f.Pin) == 1
            && write.Tell(f.Pin.Subject, EventKind.Pushed, $"{f.Pin.Destination} took {f.Pin.Cid}"),
        Fact.PushForgotten f => write.Changes(CopySql.ForgetPushOf, f) == 1
            && write.Tell(f.Subject, EventKind.Lost, $"{f.Destination}: {f.Why}"),
        Fact.Proven f => Proven(write, f),
        Fact.Audited f => Audited(write, f.Proof),
        Fact.Revoked f => Revoked(write, f),
        Fact.Doubted f => Doubted(write, f),
        Fact.AllDoubted => write.Changes(CopySql.ExpireAll, new { CustodyProof.AskAgain }) > 0,
        Fact.Unpinned f => Unpinned(write, f),
        Fact.SessionOpened f => write.Changes(SessionSql.Open, new { f.Session, Kind = $"{f.Kind}", write.Now }) == 1,
        Fact.SessionEnded f => write.Changes(SessionSql.End, new { f.Session, write.Now }) == 1,
        Fact.RunSeen f => RunSeen(write, f),
        Fact.RunTold f => RunTold(write, f),
        Fact.NumbersGiven f => write.Changes(SessionSql.NumbersGiven, f) == 1,
        Fact.Archived f => Archived(write, f),
        Fact.NameSigned f => write.Changes(SessionSql.NameSigned, f.State) == 1,
        _ => throw new ArgumentException($"{fact.GetType().Name} is no fact that the ledger knows.", nameof(fact)),
    };

    /// <summary>One transaction.</summary>
    /// <param name="Db">Its connection.</param>
    /// <param name="Now">When.</param>
    /// <param name="Replayed">Whether a session's journal tells.</param>
    private sealed record Writing(SqliteConnection Db, DateTimeOffset Now, bool Replayed)
    {
        /// <summary>How many rows a statement changed.</summary>
        public int Changes(string sql, object? parameters) => Dapper.SqlMapper.Execute(Db, sql, parameters);

        /// <summary>Adds to a timeline, and to what the session's journal is to be told. Always true.</summary>
        public bool Tell(string subject, EventKind kind, string detail, string? line = null)
        {
            EventStore.Append(Db, Now, subject, kind, detail, Replayed ? null : line);
            return true;
        }
    }
}
