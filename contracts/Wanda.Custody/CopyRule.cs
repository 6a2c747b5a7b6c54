namespace Wanda.Custody;

/// <summary>A proof beside what it is held against.</summary>
/// <param name="Proof">The proof.</param>
/// <param name="Frame">The frame that it should be of.</param>
/// <param name="Holder">The destination of its name, as it is known now; null: there is none of that name.</param>
/// <param name="Now">The time, UTC.</param>
/// <param name="CountThisMachine">Whether a copy on this machine counts: in <c>wanda demo</c> alone.</param>
public sealed record Copy(
    CustodyProof Proof, CaptureRecord Frame, DestinationRecord? Holder, DateTimeOffset Now, bool CountThisMachine);

/// <summary>
/// What counts as a copy elsewhere (law 2), once: everybody who counts copies or opens a door asks by these clauses. In SQL they are about
/// a row <c>p</c> of proofs and, where they name it, a row <c>c</c> of captures, and take <c>@now</c> and <c>@countThisMachine</c>.
/// </summary>
public static class CopyRule
{
    private static Clause<Copy> Of(string sql, Func<Copy, bool> holds) => new(sql, holds);

    /// <summary>It is of the frame's very CID.</summary>
    public static Clause<Copy> IsOfFrame { get; } = Of("p.subject = c.id AND p.cid = c.cid AND p.subject_kind = 'Capture'",
        x => x.Proof.Subject == x.Frame.Id.ToString() && x.Proof.Cid == x.Frame.Cid && x.Proof.SubjectKind == SubjectKind.Capture);

    /// <summary>It is of a copy that does not fail with this machine.</summary>
    public static Clause<Copy> IsElsewhere { get; } = Of("(p.on_this_machine = 0 OR @countThisMachine)",
        x => !x.Proof.OnThisMachine || x.CountThisMachine);

    /// <summary>Its destination is configured today, as the very place that gave it.</summary>
    public static Clause<Copy> IsOfToday { get; } = Of(
        "EXISTS (SELECT 1 FROM destinations d WHERE d.name = p.destination AND d.configured AND d.place = p.place)",
        x => x.Holder is { Configured: true, Place: { } place } && place == x.Proof.Place);

    /// <summary>It opens a door now: see <see cref="CustodyProof.IsInForce"/>.</summary>
    /// <remarks>
    /// The plus keeps SQLite from its index of expiries, where it would read all proofs of a destination for each frame.
    /// </remarks>
    public static Clause<Copy> IsInForce { get; } = Of("+p.expires_at > @now AND p.proven_at <= @now", x => x.Proof.IsInForce(x.Now));

    /// <summary>Its destination is to stay: one that is being emptied holds copies for today, and opens no door.</summary>
    public static Clause<Copy> Stays { get; } = Of(
        "NOT EXISTS (SELECT 1 FROM destinations s WHERE s.name = p.destination AND s.drains)", x => x.Holder is not { Drains: true });

    /// <summary>
    /// Its destination missed nothing since: one that did is asked again for all that it proved before, and until then that opens no door.
    /// </summary>
    public static Clause<Copy> IsUndoubted { get; } = Of(
        "NOT EXISTS (SELECT 1 FROM destinations u WHERE u.name = p.destination AND p.proven_at < u.doubted_at)",
        x => !(x.Proof.ProvenAt < x.Holder?.DoubtedAt));

    /// <summary>It is of a copy elsewhere, at a place of today, of whatever it is.</summary>
    public static Clause<Copy> IsCopy { get; } = IsElsewhere & IsOfToday;

    /// <summary>It is of the frame, and on this machine: it fails with it, and counts for nothing more than the frame's own file.</summary>
    public static Clause<Copy> IsNear { get; } = IsOfFrame & !IsElsewhere & IsOfToday;

    /// <summary>It counts as a copy of the frame.</summary>
    public static Clause<Copy> Counts { get; } = IsOfFrame & IsCopy;

    /// <summary>It was one where nothing is configured today.</summary>
    public static Clause<Copy> Counted { get; } = IsOfFrame & !IsOfToday;

    /// <summary>It is good for a release: it counts, is in force, and nothing speaks against its destination.</summary>
    public static Clause<Copy> OpensDoor { get; } = Counts & IsInForce & IsUndoubted & Stays;
}
