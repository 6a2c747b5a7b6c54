using Dapper;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <content>Which frames have something to be done with them: a round asks for those, and reads no other.</content>
public sealed partial class CaptureStore
{
    /// <summary>Frames without a CID, after <paramref name="after"/> in id order.</summary>
    public Task<IReadOnlyList<CaptureRecord>> UnaddedAsync(CaptureId? after, int limit, CancellationToken cancellationToken) =>
        Query(Sql.Unadded, Page(after, limit), cancellationToken);

    /// <summary>Frames whose preview is pending, after <paramref name="after"/> in id order.</summary>
    public Task<IReadOnlyList<CaptureRecord>> UnpreviewedAsync(CaptureId? after, int limit, CancellationToken cancellationToken) =>
        Query(Sql.Unpreviewed, Page(after, limit), cancellationToken);

    /// <summary>Frames whose local bytes are neither released nor discarded, after <paramref name="after"/> in id order.</summary>
    public Task<IReadOnlyList<CaptureRecord>> HereAsync(CaptureId? after, int limit, CancellationToken cancellationToken) =>
        Query(Sql.Here, Page(after, limit), cancellationToken);

    /// <summary>Frames whose release door is open.</summary>
    public Task<IReadOnlyList<CaptureId>> WithOpenDoorAsync(CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<CaptureId>>(db => db.Query<CaptureId>(Sql.WithOpenDoor).AsList(), cancellationToken);

    /// <summary>
    /// Looks at the next so many frames that are here and past their nights, after <paramref name="after"/> in id order, and gives those
    /// that may go: a fraction of what it costs to read each. Whether they go is decided by <see cref="ReleasePolicy.Decide"/>.
    /// </summary>
    /// <returns>They, and the last that was looked at; null when there are no more.</returns>
    public Task<(IReadOnlyList<CaptureId> Frames, CaptureId? End)> MayGoAsync(
        ReleaseRules rules, Situation situation, CaptureId? after, int limit, CancellationToken cancellationToken) =>
        _file.ReadAsync<(IReadOnlyList<CaptureId>, CaptureId?)>(db =>
        {
            var from = From(after);
            var savedBefore = rules.When == ReleaseWhen.Space ? situation.Now - TimeSpan.FromDays(rules.Nights) : (DateTimeOffset?)null;
            // An id begins with the time at which its frame was saved, so those of younger ones need not be looked at.
            var until = savedBefore is { } over ? CaptureIds.FirstAt(over + BetweenSavedAndId) : Until(null);
            if (db.QuerySingleOrDefault<string>(Sql.EndOfHere, new { after = from, until, limit }) is not { } end)
                return ([], null);
            var frames = db.Query<CaptureId>(Sql.MayGo, new
            {
                after = from,
                end,
                any = rules.When != ReleaseWhen.Never && situation.ClockProblem is null,
                now = situation.Now,
                countThisMachine = rules.CountThisMachine,
                copies = rules.Copies,
                savedBefore,
                awaited = situation.Awaited,
            }).AsList();
            return (frames, CaptureId.Parse(end));
        }, cancellationToken);

    /// <summary>
    /// Frames that are here with a proof in force, in the order in which they are let go for want of space: those whose preview is settled
    /// first (the gallery loses nothing), among them those with copies in most failure domains, among them those whose oldest copy was
    /// proven longest ago.
    /// </summary>
    public Task<IReadOnlyList<CaptureRecord>> DrainOrderAsync(int skip, int limit, CancellationToken cancellationToken) =>
        Query(Sql.DrainOrder, new { now = _time.GetUtcNow(), skip, limit }, cancellationToken);

    /// <summary>
    /// Frames with a CID, still here, that a destination has no proof in force for, after <paramref name="after"/> in id order.
    /// </summary>
    public Task<IReadOnlyList<CaptureRecord>> UnprovenAtAsync(
        string destination, CaptureId? after, int limit, CancellationToken cancellationToken) =>
        UnprovenAtAsync(destination, after, until: null, limit, cancellationToken);

    /// <summary>The same up to <paramref name="until"/>; null: all.</summary>
    public Task<IReadOnlyList<CaptureRecord>> UnprovenAtAsync(
        string destination, CaptureId? after, CaptureId? until, int limit, CancellationToken cancellationToken) =>
        Query(Sql.UnprovenAt, new { destination, now = _time.GetUtcNow(), after = From(after), until = Until(until), limit },
            cancellationToken);

    /// <summary>For a destination that gives no proof: frames that it has not said it took.</summary>
    /// <inheritdoc cref="UnprovenAtAsync(string, CaptureId?, int, CancellationToken)" path="/param"/>
    public Task<IReadOnlyList<CaptureRecord>> UntakenAtAsync(
        string destination, CaptureId? after, int limit, CancellationToken cancellationToken) =>
        UntakenAtAsync(destination, after, until: null, limit, cancellationToken);

    /// <summary>The same up to <paramref name="until"/>; null: all.</summary>
    public Task<IReadOnlyList<CaptureRecord>> UntakenAtAsync(
        string destination, CaptureId? after, CaptureId? until, int limit, CancellationToken cancellationToken) =>
        Query(Sql.UntakenAt, new { destination, after = From(after), until = Until(until), limit }, cancellationToken);

    /// <summary>
    /// The last of the next so many frames that are here, after <paramref name="after"/> in id order; null when none are. What looks at all
    /// of them in turn gets by with that many at a time.
    /// </summary>
    public Task<CaptureId?> EndOfHereAsync(CaptureId? after, int limit, CancellationToken cancellationToken) => _file.ReadAsync(
        db => db.QuerySingleOrDefault<string>(Sql.EndOfHere, Page(after, limit)) is { } end ? CaptureId.Parse(end) : (CaptureId?)null,
        cancellationToken);

    // Both are taken one after the other.
    private static readonly TimeSpan BetweenSavedAndId = TimeSpan.FromMinutes(1);

    private static object Page(CaptureId? after, int limit) => new { after = From(after), until = Until(null), limit };

    private static string From(CaptureId? after) => after?.ToString() ?? "";

    // Behind every id.
    private static string Until(CaptureId? until) => until?.ToString() ?? "~";
}
