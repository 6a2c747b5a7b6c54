namespace Wanda.Custody;

/// <summary>Where a frame is, in the order that a good night takes it through.</summary>
public enum CustodyState
{
    /// <summary>On this node only; it has no CID yet.</summary>
    Saved,

    /// <summary>On this node only; it has its CID and waits to be sent.</summary>
    Added,

    /// <summary>A destination took it and has not proven it: it still counts as being on this node only.</summary>
    Sent,

    /// <summary>Destinations on this machine alone have proven it: it is on this machine's disks only.</summary>
    Near,

    /// <summary>A destination has proven it, and this node still has it too.</summary>
    Proven,

    /// <summary>A destination has proven it, and this node freed its own copy.</summary>
    Released,

    /// <summary>
    /// This node freed its copy, and the proof of the one elsewhere has expired: an audit is due, and nothing says that it is lost.
    /// </summary>
    Expired,

    /// <summary>
    /// This node freed its copy, and the place that has proven it is not configured any more: somebody has to say what becomes of it.
    /// </summary>
    LeftBehind,

    /// <summary>It is not here as it was saved, freed or by accident, and no destination proves it: it is nowhere any more.</summary>
    Lost,

    /// <summary>An operator discarded it.</summary>
    Discarded,
}

/// <summary>A frame beside all that says where it is.</summary>
/// <param name="Frame">The frame.</param>
/// <param name="Copies">All proofs that name it, each beside its destination.</param>
/// <param name="IsSent">Whether a destination that is known took it, proven or not.</param>
/// <param name="NewestTime">The newest time on record; null: none is.</param>
public sealed record FrameInHand(CaptureRecord Frame, IReadOnlyList<Copy> Copies, bool IsSent, DateTimeOffset? NewestTime);

/// <summary>
/// Where a frame is, once: counts, lists and pages ask by these clauses. In SQL they are about a row <c>c</c> of captures.
/// </summary>
public static class FrameRule
{
    // A proof expires by the newest time on record, never by a clock that nobody believes (law 10).
    private const string Newest = "coalesce((SELECT value FROM node WHERE key = 'newest_time'), '')";

    private static Clause<FrameInHand> Of(string sql, Func<FrameInHand, bool> holds) => new(sql, holds);

    private static Clause<FrameInHand> Any(Clause<Copy> copy) =>
        Of($"EXISTS (SELECT 1 FROM proofs p WHERE {copy})", x => x.Copies.Any(copy.Holds));

    /// <summary>An operator discarded it.</summary>
    public static Clause<FrameInHand> IsDiscarded { get; } = Of("c.discarded_at IS NOT NULL", x => x.Frame.DiscardedAt is not null);

    /// <summary>Its local bytes are gone, by a release or by accident, and it is still wanted.</summary>
    public static Clause<FrameInHand> IsFreed { get; } = Of(
        "(c.released_at IS NOT NULL OR c.file_lost_at IS NOT NULL) AND c.discarded_at IS NULL",
        x => x.Frame is { DiscardedAt: null } and ({ ReleasedAt: not null } or { FileLostAt: not null }));

    /// <summary>Its local bytes are here, as far as anybody knows.</summary>
    public static Clause<FrameInHand> IsHere { get; } = Of(
        "c.released_at IS NULL AND c.file_lost_at IS NULL AND c.discarded_at IS NULL",
        x => x.Frame is { ReleasedAt: null, FileLostAt: null, DiscardedAt: null });

    /// <summary>It is a picture: what "187 frames tonight" counts.</summary>
    public static Clause<FrameInHand> IsFrame { get; } = Of("c.kind = 'Frame'", x => x.Frame.Kind == CaptureKind.Frame);

    /// <summary>A copy of it counts.</summary>
    public static Clause<FrameInHand> IsSafe { get; } = Any(CopyRule.Counts);

    /// <summary>It is here, and no copy counts: it is at risk.</summary>
    public static Clause<FrameInHand> IsOnlyHere { get; } = IsHere & !IsSafe;

    /// <summary>It is freed, and every proof of it that counts has expired: an audit is due.</summary>
    public static Clause<FrameInHand> IsExpired { get; } = IsFreed & IsSafe & Of(
        $"NOT EXISTS (SELECT 1 FROM proofs p WHERE {CopyRule.Counts} AND p.expires_at > {Newest})",
        x => !x.Copies.Any(c => CopyRule.Counts.Holds(c) && (x.NewestTime is null || c.Proof.ExpiresAt > x.NewestTime)));

    /// <summary>No copy counts, and a destination on this machine has one.</summary>
    public static Clause<FrameInHand> IsNear { get; } = !IsDiscarded & !IsSafe & Any(CopyRule.IsNear);

    /// <summary>It is freed, and nothing that is configured today has it.</summary>
    public static Clause<FrameInHand> IsUnproven { get; } = IsFreed & !IsSafe & !IsNear;

    /// <summary>It is freed, and was proven by a place alone that is not configured any more.</summary>
    public static Clause<FrameInHand> IsLeftBehind { get; } = IsUnproven & Any(CopyRule.Counted);

    /// <summary>It is freed, and proven nowhere.</summary>
    public static Clause<FrameInHand> IsLost { get; } = IsUnproven & !Any(CopyRule.Counted);

    /// <summary>A destination that is known took it.</summary>
    public static Clause<FrameInHand> IsSent { get; } = Of(
        "EXISTS (SELECT 1 FROM pins x WHERE x.subject = c.id AND x.destination IN (SELECT name FROM destinations))", x => x.IsSent);

    /// <summary>It has its CID.</summary>
    public static Clause<FrameInHand> IsAdded { get; } = Of("c.cid IS NOT NULL", x => x.Frame.Cid is not null);

    /// <summary>The states, each with what makes it one; the first that holds is the frame's. What none fits is only saved.</summary>
    public static IReadOnlyList<(CustodyState State, Clause<FrameInHand> When)> States { get; } =
    [
        (CustodyState.Discarded, IsDiscarded),
        (CustodyState.Expired, IsExpired),
        (CustodyState.Proven, IsSafe & IsHere),
        (CustodyState.Released, IsSafe),
        (CustodyState.Near, IsNear),
        (CustodyState.LeftBehind, IsLeftBehind),
        (CustodyState.Lost, IsFreed),
        (CustodyState.Sent, IsSent),
        (CustodyState.Added, IsAdded),
    ];

    /// <summary>The state of a frame.</summary>
    public static CustodyState StateOf(FrameInHand frame)
    {
        foreach (var (state, when) in States)
        {
            if (when.Holds(frame))
                return state;
        }

        return CustodyState.Saved;
    }

    /// <summary>The same as an expression in SQL.</summary>
    public static string StateSql { get; } =
        $"CASE {string.Join(' ', States.Select(s => $"WHEN {s.When} THEN '{s.State}'"))} ELSE '{CustodyState.Saved}' END";
}
