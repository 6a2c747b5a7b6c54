namespace Wanda.Custody;

/// <summary>Whether a frame's local bytes may go, and why not.</summary>
/// <param name="Hold">Why not, in a sentence for the operator; null when they may go.</param>
/// <param name="Proofs">The proofs that open the door, one a failure domain; empty while <paramref name="Hold"/> says why not.</param>
public sealed record ReleaseDecision(string? Hold, IReadOnlyList<CustodyProof> Proofs);

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
            return Hold("the configuration says release.when never");
        if (capture.Cid is null)
            return Hold("it has no CID yet");
        if (situation.ClockProblem is { } clock)
            return Hold(clock);

        var copies = proofs.Select(p => new Copy(p, capture,
            situation.Destinations.FirstOrDefault(d => d.Name == p.Destination), situation.Now, rules.CountThisMachine)).ToList();
        var counting = copies.Where(CopyRule.OpensDoor.Holds).Select(c => c.Proof)
            .GroupBy(p => p.FailureDomain, StringComparer.OrdinalIgnoreCase)
            .Select(domain => domain.MaxBy(p => p.ProvenAt)!)
            .ToList();
        if (counting.Count < rules.Copies)
            return Hold($"proven in {counting.Count} of {rules.Copies} failure domains{Why(capture, copies)}");

        // Below low water the proofs alone open the door (law 6).
        if (!situation.BelowLowWater)
        {
            if (capture.Preview == PreviewState.Pending)
                return Hold("its preview is not made yet");
            if (situation.Destinations.FirstOrDefault(d => situation.Awaited.Contains(d.Name) && d.State == DestinationState.Open
                && !copies.Exists(c => c.Holder == d && Settles.Holds(c))) is { } unsettled)
            {
                return Hold($"{unsettled.Name} does not have it yet");
            }

            if (rules.When == ReleaseWhen.Space && situation.Now - capture.SavedAt < TimeSpan.FromDays(rules.Nights))
                return Hold($"kept for {rules.Nights} nights, or until space is needed");
        }

        return new ReleaseDecision(null, counting);
    }

    /// <summary>Its destination has it, wherever that is: nothing more is to be sent there.</summary>
    private static Clause<Copy> Settles { get; } = CopyRule.IsOfFrame & CopyRule.IsOfToday & CopyRule.IsInForce & CopyRule.Stays;

    private static ReleaseDecision Hold(string reason) => new(reason, []);

    private static string Why(CaptureRecord capture, List<Copy> copies)
    {
        if (copies.Exists(c => c.Proof.Cid != capture.Cid))
            return " (a proof names another CID)";
        if (copies.Find(c => !CopyRule.IsOfToday.Holds(c))?.Proof is { } former)
            return $" ({former.Destination} is not configured any more, or points elsewhere: what it proved then does not count)";
        if (copies.Find(c => !CopyRule.Stays.Holds(c)) is { } leaving)
            return $" ({leaving.Proof.Destination} is being emptied: what it holds is to be elsewhere first)";
        if (copies.Exists(c => !CopyRule.IsInForce.Holds(c)))
            return " (a proof has expired, or is dated in the future, and waits for renewal)";
        if (copies.Find(c => !CopyRule.IsUndoubted.Holds(c)) is { } doubted)
            return $" ({doubted.Proof.Destination} missed a copy since: what it proved before is asked for again)";
        return copies.Exists(c => !CopyRule.IsElsewhere.Holds(c)) ? " (a copy on this machine does not count)" : "";
    }
}
