namespace Wanda.Custody;

/// <summary>A frame that may be one to let go, beside all proofs that name it.</summary>
/// <param name="Frame">The frame.</param>
/// <param name="Proofs">The proofs.</param>
public sealed record ReleaseCandidate(CaptureRecord Frame, IReadOnlyList<CustodyProof> Proofs);

/// <summary>What a plan is made from: the node at one moment, and the frames in their order.</summary>
/// <param name="Rules">What the operator wants.</param>
/// <param name="Situation">The node.</param>
/// <param name="Wanted">Bytes that are to be freed for want of space; counts only while there is such a want.</param>
/// <param name="ForSpace">
/// The frames in the order in which they go for want of space. No more of them are read than it takes.
/// </param>
/// <param name="Here">The frames that are here, oldest first: whether they go without any want of space.</param>
public sealed record ReleaseSnapshot(
    ReleaseRules Rules, Situation Situation, long Wanted, IAsyncEnumerable<ReleaseCandidate> ForSpace,
    IAsyncEnumerable<ReleaseCandidate> Here);

/// <summary>A frame that goes.</summary>
/// <param name="Frame">The frame.</param>
/// <param name="Proofs">What opens the door, one proof a failure domain.</param>
public sealed record PlannedRelease(CaptureRecord Frame, IReadOnlyList<CustodyProof> Proofs);

/// <summary>Frames that stay for one reason.</summary>
/// <param name="Why">The reason.</param>
/// <param name="Frames">How many.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Example">The first of them.</param>
public sealed record PlannedStay(Hold Why, int Frames, long Bytes, CaptureRecord Example);

/// <summary>
/// Which frames are let go, in their order, and why the others stay. Made by one function and by no other: a screen prints it, and a
/// release round does it.
/// </summary>
public sealed class ReleasePlan
{
    private readonly List<PlannedRelease> _goes = [];
    private readonly Dictionary<Hold, PlannedStay> _stays = [];

    private ReleasePlan(Situation situation) => Situation = situation;

    /// <summary>The node that it was made for.</summary>
    public Situation Situation { get; }

    /// <summary>What goes, in its order: first what goes for want of space.</summary>
    public IReadOnlyList<PlannedRelease> Goes => _goes;

    /// <summary>What stays, by reason.</summary>
    public IReadOnlyCollection<PlannedStay> Stays => _stays.Values;

    /// <summary>The bytes of what goes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Makes one.</summary>
    public static async Task<ReleasePlan> MakeAsync(ReleaseSnapshot snapshot, CancellationToken cancellationToken)
    {
        var plan = new ReleasePlan(snapshot.Situation);
        if (snapshot.Situation.BelowLowWater && snapshot.Wanted > 0)
        {
            await foreach (var candidate in snapshot.ForSpace.WithCancellation(cancellationToken))
            {
                plan.Decide(candidate, snapshot.Rules, snapshot.Situation, stays: false);
                if (plan.Bytes >= snapshot.Wanted)
                    break;
            }
        }

        // With what goes the want of space is over, or nothing more can go for it.
        var (going, rest) = (plan._goes.Select(g => g.Frame.Id).ToHashSet(), snapshot.Situation with { BelowLowWater = false });
        await foreach (var candidate in snapshot.Here.WithCancellation(cancellationToken))
        {
            if (!going.Contains(candidate.Frame.Id))
                plan.Decide(candidate, snapshot.Rules, rest, stays: true);
        }

        return plan;
    }

    private void Decide(ReleaseCandidate candidate, ReleaseRules rules, Situation situation, bool stays)
    {
        var (frame, decision) = (candidate.Frame, ReleasePolicy.Decide(candidate.Frame, candidate.Proofs, rules, situation));
        if (decision.Hold is null)
        {
            _goes.Add(new PlannedRelease(frame, decision.Proofs));
            Bytes += frame.SizeBytes;
        }
        else if (stays)
        {
            _stays[decision.Hold] = _stays.TryGetValue(decision.Hold, out var others)
                ? others with { Frames = others.Frames + 1, Bytes = others.Bytes + frame.SizeBytes }
                : new PlannedStay(decision.Hold, 1, frame.SizeBytes, frame);
        }
    }
}
