using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>Asks <see cref="ReleasePolicy"/> about every frame that is here, and touches none.</summary>
public sealed class ReleasePreviewQuery(Catalogue catalogue, ReleaseSituation node, DiskSpace space, WandaOptions options)
{
    private const int Page = 500;

    /// <summary>What a round would do now.</summary>
    public async Task<ReleasePreview> ReadAsync(CancellationToken cancellationToken)
    {
        var situation = await node.PeekAsync(cancellationToken);
        var (goes, stays) = (new List<ReleaseLine>(), new List<(string Why, CaptureRecord Frame)>());
        long freed = 0;
        if (situation.BelowLowWater)
        {
            for (var skip = 0; await catalogue.Captures.DrainOrderAsync(skip, Page, cancellationToken) is { Count: > 0 } page;
                skip += page.Count)
            {
                foreach (var capture in page)
                {
                    // Once high water is reached, the rest is decided below as if there were no want of space.
                    if (space.FreeBytes + freed < space.HighWater.Bytes
                        && await DecideAsync(capture, situation, cancellationToken) is { Hold: null } open)
                    {
                        freed += Add(goes, capture, open);
                    }
                }
            }
        }

        var going = goes.Select(g => g.Frame).ToHashSet();
        CaptureId? after = null;
        while (await catalogue.Captures.HereAsync(after, Page, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var capture in page.Where(c => !going.Contains(Name(c))))
            {
                var decision = await DecideAsync(capture, situation with { BelowLowWater = false }, cancellationToken);
                if (decision.Hold is { } why)
                    stays.Add((HoldWords.Of(why), capture));
                else
                    freed += Add(goes, capture, decision);
            }

            after = page[^1].Id;
        }

        return Say(situation, goes, stays, freed);
    }

    private async Task<ReleaseDecision> DecideAsync(CaptureRecord capture, Situation situation, CancellationToken cancellationToken) =>
        ReleasePolicy.Decide(
            capture, await catalogue.Custody.ProofsOfAsync(capture.Id.ToString(), cancellationToken), options.Rules, situation);

    private static long Add(List<ReleaseLine> goes, CaptureRecord capture, ReleaseDecision open)
    {
        goes.Add(new ReleaseLine(Name(capture), capture.SizeBytes,
            string.Join(", ", open.Proofs.Select(p => $"{p.Destination} ({p.ProvenAt:u})"))));
        return capture.SizeBytes;
    }

    private ReleasePreview Say(Situation situation, List<ReleaseLine> goes, List<(string Why, CaptureRecord Frame)> stays, long freed)
    {
        var free = space.FreeBytes;
        var state = situation.BelowLowWater
            ? $"{new ByteSize(free)} free: frames go until {space.HighWater} are"
            : $"{new ByteSize(free)} free, low water is {options.Release.LowWater}";
        return new ReleasePreview
        {
            Sentence = goes.Count == 0
                ? $"Nothing would go now ({state}); {NightSentence.Frames(stays.Count)} stay."
                : $"{NightSentence.Frames(goes.Count)} would go, {new ByteSize(freed)} ({state}); {stays.Count:N0} stay.",
            FreeBytes = free,
            Draining = situation.BelowLowWater,
            Blocked = situation.ClockProblem is { } clock ? ClockWords.Of(clock)
                : options.Release.When == ReleaseWhen.Never ? "release.when is never" : null,
            Goes = goes,
            Stays = stays.GroupBy(s => s.Why)
                .Select(g => new HeldFrames(g.Key, g.Count(), g.Sum(s => s.Frame.SizeBytes), Name(g.First().Frame)))
                .OrderByDescending(h => h.Frames).ToList(),
        };
    }

    private static string Name(CaptureRecord capture) => $"{capture.Session}/{capture.Number}";
}
