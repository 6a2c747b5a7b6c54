using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Hosting;

namespace Wanda.Workers.Release;

/// <summary>Brings a frame, its proofs and the node's situation before <see cref="ReleasePolicy"/>, and does what it decides.</summary>
internal sealed class ReleaseRound(
    Catalogue catalogue, StorageRoot root, ClockTrust clock, ReleaseDoor door, WandaOptions options, TimeProvider time, ILogger<ReleaseRound> log) : IDisposable
{
    private const int Page = 200;

    // The consumer and the sweep may come to the same frame: one of them decides.
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Looks at one frame.</summary>
    public async Task ConsiderAsync(CaptureId id, CancellationToken cancel)
    {
        await ConsiderAsync(id, await SituationAsync(cancel), cancel);
    }

    /// <summary>Looks at every frame that is here, oldest first, finishing what a crash interrupted.</summary>
    public async Task ConsiderAllAsync(CancellationToken cancel)
    {
        CaptureId? after = null;
        while (await catalogue.Captures.HereAsync(after, Page, cancel) is { Count: > 0 } page)
        {
            var situation = await SituationAsync(cancel);
            foreach (var capture in page)
            {
                // Releasing a frame is what lifts the node above low water: then it is asked again.
                if (await TryConsiderAsync(capture, situation, cancel))
                    situation = await SituationAsync(cancel);
            }

            after = page[^1].Id;
        }
    }

    public void Dispose() => _one.Dispose();

    /// <summary>One frame that cannot be released does not hold up the others.</summary>
    private async Task<bool> TryConsiderAsync(CaptureRecord capture, Situation situation, CancellationToken cancel)
    {
        try
        {
            return await ConsiderAsync(capture.Id, situation, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogError("{Session}/{Number} is not released: {Reason}", capture.Session, capture.Number, e.Message);
            return false;
        }
    }

    /// <summary>True when its local bytes are gone now.</summary>
    private async Task<bool> ConsiderAsync(CaptureId id, Situation situation, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            // Read again inside: it may have gone since.
            return await catalogue.Captures.FindAsync(id, cancel) is { ReleasedAt: null, DiscardedAt: null } capture
                && await ConsiderAsync(capture, situation, cancel);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<bool> ConsiderAsync(CaptureRecord capture, Situation situation, CancellationToken cancel)
    {
        if (capture.ReleasingAt is not null)
        {
            await door.FinishAsync(capture);
            return true;
        }

        var proofs = await catalogue.Custody.ProofsOfAsync(capture.Id.ToString(), cancel);
        if (proofs.Count == 0)
            return false; // Nothing is known of it yet: that is no reason to hold it, it is simply on its way.
        var decision = ReleasePolicy.Decide(capture, proofs, options, situation);
        var hold = decision.Hold ?? await door.ReleaseAsync(capture, decision.Proofs, cancel);
        if (hold is not null && hold != capture.HoldReason)
            await catalogue.Captures.HoldAsync(capture.Id, hold, cancel);
        return hold is null;
    }

    private async Task<Situation> SituationAsync(CancellationToken cancel)
    {
        await root.EnsurePresentAsync(cancel);
        // One that was taken out of the configuration keeps its proofs, but nobody waits for it; nor for a proof that cannot come.
        var configured = (await catalogue.Destinations.ListAsync(cancel)).Where(d => options.Destinations.Any(o => o.Name == d.Name && o.GivesProof)).ToList();
        return new Situation(time.GetUtcNow(), await clock.ProblemAsync(cancel), root.FreeBytes < options.Release.LowWater.Bytes, configured);
    }
}
