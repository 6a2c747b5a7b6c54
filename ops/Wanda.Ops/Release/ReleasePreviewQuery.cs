using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>Prints the <see cref="ReleasePlan"/> that a round would do now, and touches nothing.</summary>
public sealed class ReleasePreviewQuery(ReleasePlanner planner, ReleaseSituation node, DiskSpace space, WandaOptions options)
{
    /// <summary>What a round would do now.</summary>
    public async Task<ReleasePreview> ReadAsync(CancellationToken cancellationToken)
    {
        var plan = await planner.AllAsync(await node.PeekAsync(cancellationToken), cancellationToken);
        var (free, stay) = (space.FreeBytes, plan.Stays.Sum(s => s.Frames));
        var state = plan.Situation.BelowLowWater
            ? $"{new ByteSize(free)} free: frames go until {space.HighWater} are"
            : $"{new ByteSize(free)} free, low water is {options.Release.LowWater}";
        return new ReleasePreview
        {
            Sentence = plan.Goes.Count == 0
                ? $"Nothing would go now ({state}); {NightSentence.Frames(stay)} stay."
                : $"{NightSentence.Frames(plan.Goes.Count)} would go, {new ByteSize(plan.Bytes)} ({state}); {stay:N0} stay.",
            FreeBytes = free,
            Draining = plan.Situation.BelowLowWater,
            Blocked = plan.Situation.ClockProblem is { } clock ? ClockWords.Of(clock)
                : options.Release.When == ReleaseWhen.Never ? "release.when is never" : null,
            Goes = [.. plan.Goes.Select(g => new ReleaseLine(Name(g.Frame), g.Frame.SizeBytes,
                string.Join(", ", g.Proofs.Select(p => $"{p.Destination} ({p.ProvenAt:u})"))))],
            Stays = [.. plan.Stays.OrderByDescending(s => s.Frames)
                .Select(s => new HeldFrames(HoldWords.Of(s.Why), s.Frames, s.Bytes, Name(s.Example)))],
        };
    }

    private static string Name(CaptureRecord capture) => $"{capture.Session}/{capture.Number}";
}
