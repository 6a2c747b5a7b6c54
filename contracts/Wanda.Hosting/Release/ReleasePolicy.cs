using Wanda.Catalog;

namespace Wanda.Hosting;

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
    /// <param name="options">The policy.</param>
    /// <param name="situation">The node now.</param>
    public static ReleaseDecision Decide(
        CaptureRecord capture, IReadOnlyList<CustodyProof> proofs, WandaOptions options, Situation situation)
    {
        if (options.Release.When == ReleaseWhen.Never)
            return Hold("the configuration says release.when never");
        if (capture.Cid is null)
            return Hold("it has no CID yet");
        if (situation.ClockProblem is { } clock)
            return Hold(clock);

        var inForce = proofs
            .Where(p => p.SubjectKind == SubjectKind.Capture && p.Subject == capture.Id.ToString() && p.Cid == capture.Cid
                && p.IsInForce(situation.Now) && options.Destinations.Any(d => !d.Drain && d.Gave(p)))
            .ToList();
        var counting = inForce
            .Where(p => !IsDoubted(p, situation))
            // Law 2: a copy on this machine fails with it. wanda demo is the one exception: it keeps to its own folder and to copies.
            .Where(p => !p.OnThisMachine || options.IsDemo)
            .GroupBy(p => p.FailureDomain, StringComparer.OrdinalIgnoreCase)
            .Select(domain => domain.MaxBy(p => p.ProvenAt)!)
            .ToList();
        if (counting.Count < options.Release.Copies)
        {
            return Hold(
                $"proven in {counting.Count} of {options.Release.Copies} failure domains{Why(capture, proofs, situation, options)}");
        }

        // Below low water the proofs alone open the door (law 6).
        if (!situation.BelowLowWater)
        {
            if (capture.Preview == PreviewState.Pending)
                return Hold("its preview is not made yet");
            if (situation.Destinations.FirstOrDefault(
                d => d.State == DestinationState.Open && inForce.All(p => p.Destination != d.Name)) is { } unsettled)
            {
                return Hold($"{unsettled.Name} does not have it yet");
            }

            if (options.Release.When == ReleaseWhen.Space && situation.Now - capture.SavedAt < TimeSpan.FromDays(options.Release.Nights))
                return Hold($"kept for {options.Release.Nights} nights, or until space is needed");
        }

        return new ReleaseDecision(null, counting);
    }

    private static bool IsDoubted(CustodyProof proof, Situation situation) =>
        situation.Destinations.Any(d => d.Name == proof.Destination && proof.ProvenAt < d.DoubtedAt);

    private static ReleaseDecision Hold(string reason) => new(reason, []);

    private static string Why(CaptureRecord capture, IReadOnlyList<CustodyProof> proofs, Situation situation, WandaOptions options)
    {
        if (proofs.Any(p => p.Cid != capture.Cid))
            return " (a proof names another CID)";
        if (proofs.FirstOrDefault(p => !options.Destinations.Any(d => d.Gave(p))) is { } former)
            return $" ({former.Destination} is not configured any more, or points elsewhere: what it proved then does not count)";
        if (proofs.FirstOrDefault(p => options.Destinations.Any(d => d.Drain && d.Gave(p))) is { } leaving)
            return $" ({leaving.Destination} is being emptied: what it holds is to be elsewhere first)";
        if (proofs.Any(p => !p.IsInForce(situation.Now)))
            return " (a proof has expired, or is dated in the future, and waits for renewal)";
        if (proofs.FirstOrDefault(p => IsDoubted(p, situation)) is { } doubted)
            return $" ({doubted.Destination} missed a copy since: what it proved before is asked for again)";
        return !options.IsDemo && proofs.Any(p => p.OnThisMachine) ? " (a copy on this machine does not count)" : "";
    }
}

/// <summary>The node now, as far as a release depends on it.</summary>
/// <param name="Now">UTC.</param>
/// <param name="ClockProblem">Why the clock cannot be trusted; null when it can (law 10).</param>
/// <param name="BelowLowWater">
/// Whether frames go for want of space: from <c>release.lowWater</c> until <c>release.highWater</c> is reached.
/// </param>
/// <param name="Destinations">The configured destinations and their breakers.</param>
public sealed record Situation(DateTimeOffset Now, string? ClockProblem, bool BelowLowWater, IReadOnlyList<DestinationRecord> Destinations);
