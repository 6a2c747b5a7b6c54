namespace Wanda.Custody;

/// <summary>Whether a frame's local bytes may go, and why not.</summary>
/// <param name="Hold">Why not; null when they may go.</param>
/// <param name="Proofs">The proofs that open the door, one a failure domain; empty while <paramref name="Hold"/> says why not.</param>
public sealed record ReleaseDecision(Hold? Hold, IReadOnlyList<CustodyProof> Proofs);

/// <summary>
/// Law 2 as a function: from what is known of a frame to whether it may go. It reads no disk and no clock, so every row of its truth table
/// can be tested.
/// </summary>
public static class ReleasePolicy
{
    /// <summary>Decides about one frame.</summary>
    /// <param name="capture">The frame.</param>
    /// <param name="proofs">All proofs of it.</param>
    /// <param name="rules">What the operator wants.</param>
    /// <param name="situation">The node now.</param>
    public static ReleaseDecision Decide(
        CaptureRecord capture, IReadOnlyList<CustodyProof> proofs, ReleaseRules rules, Situation situation)
    {
        if (rules.When == ReleaseWhen.Never)
            return Stays(new Hold.Never());
        if (capture.Cid is null)
            return Stays(new Hold.NoCid());
        if (situation.ClockProblem is { } clock)
            return Stays(new Hold.Clock(clock));

        var copies = proofs.Select(p => new Copy(p, capture,
            situation.Destinations.FirstOrDefault(d => d.Name == p.Destination), situation.Now, rules.CountThisMachine)).ToList();
        var counting = copies.Where(CopyRule.OpensDoor.Holds).Select(c => c.Proof)
            .GroupBy(p => p.FailureDomain, StringComparer.OrdinalIgnoreCase)
            .Select(domain => domain.MaxBy(p => p.ProvenAt)!)
            .ToList();
        if (counting.Count < rules.Copies)
        {
            var (why, where) = WhyNot(capture, copies);
            return Stays(new Hold.TooFewCopies(counting.Count, rules.Copies, why, where));
        }


        // Below low water the proofs alone open the door (law 6).
        if (!situation.BelowLowWater)
        {
            if (capture.Preview == PreviewState.Pending)
                return Stays(new Hold.Preview());
            if (situation.Destinations.FirstOrDefault(d => situation.Awaited.Contains(d.Name) && d.State == DestinationState.Open
                && !copies.Exists(c => c.Holder == d && Settles.Holds(c))) is { } unsettled)
            {
                return Stays(new Hold.Unsettled(unsettled.Name));
            }

            if (rules.When == ReleaseWhen.Space && situation.Now - capture.SavedAt < TimeSpan.FromDays(rules.Nights))
                return Stays(new Hold.Nights(rules.Nights));
        }

        return new ReleaseDecision(null, counting);
    }

    /// <summary>Its destination has it, wherever that is: nothing more is to be sent there.</summary>
    private static Clause<Copy> Settles { get; } = CopyRule.IsOfFrame & CopyRule.IsOfToday & CopyRule.IsInForce & CopyRule.Stays;

    /// <summary>
    /// The same of many frames at once, as SQL about a row <c>c</c> of captures: whatever <see cref="Decide"/> lets go is among those for
    /// which this holds, so that the others need not be looked at. It takes, beside what <see cref="CopyRule"/> does, <c>@copies</c>,
    /// <c>@savedBefore</c> (null: however young) and <c>@awaited</c> (names of destinations that are open).
    /// </summary>
    public static string MayGoSql { get; } = $"""
        c.cid IS NOT NULL AND c.preview <> 'Pending' AND (@savedBefore IS NULL OR c.saved_at <= @savedBefore)
        AND (SELECT count(DISTINCT lower(p.failure_domain)) FROM proofs p WHERE {CopyRule.OpensDoor}) >= @copies
        AND NOT EXISTS (SELECT 1 FROM destinations a WHERE a.name IN @awaited AND a.state = 'Open'
                        AND NOT EXISTS (SELECT 1 FROM proofs p WHERE p.destination = a.name AND {Settles}))
        """;

    private static ReleaseDecision Stays(Hold hold) => new(hold, []);

    private static (Uncounted? Why, string? Destination) WhyNot(CaptureRecord capture, List<Copy> copies)
    {
        if (copies.Exists(c => c.Proof.Cid != capture.Cid))
            return (Uncounted.OtherCid, null);
        if (copies.Find(c => !CopyRule.IsOfToday.Holds(c))?.Proof is { } former)
            return (Uncounted.Former, former.Destination);
        if (copies.Find(c => !CopyRule.Stays.Holds(c)) is { } leaving)
            return (Uncounted.Leaving, leaving.Proof.Destination);
        if (copies.Exists(c => !CopyRule.IsInForce.Holds(c)))
            return (Uncounted.NotInForce, null);
        if (copies.Find(c => !CopyRule.IsUndoubted.Holds(c)) is { } doubted)
            return (Uncounted.Doubted, doubted.Proof.Destination);
        return (copies.Exists(c => !CopyRule.IsElsewhere.Holds(c)) ? Uncounted.ThisMachine : null, null);
    }
}
