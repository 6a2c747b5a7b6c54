using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Workers.Audit;

namespace Wanda.Workers.Release;

/// <summary>Does what a <see cref="ReleasePlan"/> says, and finishes what a crash interrupted.</summary>
internal sealed partial class ReleaseRound(
    Catalogue catalogue, ReleaseSituation node, ReleasePlanner planner, ReleaseDoor door, SpaceReserve reserve, FetchedCopies fetched,
    OptionalWork optional, LastLook look, DiskSpace space, WandaOptions options, ILogger<ReleaseRound> log)
    : IDisposable
{
    // Of those that cannot go so many are looked at in a round: the rest has its turn in the next. What may go is never left out of a
    // round that comes to it.
    private const int LooksARound = 2000;

    // The consumer and the sweep may come to the same frame: one of them decides.
    private readonly SemaphoreSlim _one = new(1, 1);
    private CaptureId? _looked;
    private string? _known;

    /// <summary>Looks at one frame; for want of space at those that come before it too.</summary>
    public async Task ConsiderAsync(CaptureId id, CancellationToken cancellationToken)
    {
        var situation = await node.ReadAsync(cancellationToken);
        if (situation.BelowLowWater)
            await DrainAsync(cancellationToken);
        else
            await DoAsync([id], situation, cancellationToken);
    }

    /// <summary>
    /// For want of space lets frames go in the order of <see cref="CaptureStore.DrainOrderAsync"/>; then finishes what was interrupted, and
    /// looks which of those that are past their nights may go, oldest first. The first round, and one before which something changed for
    /// all of them, looks at all; the others at as many as cost little, in turn.
    /// </summary>
    public async Task ConsiderAllAsync(CancellationToken cancellationToken)
    {
        await reserve.KeepAsync(cancellationToken);
        await DrainAsync(cancellationToken);
        await WalkAsync(cancellationToken);
        await door.SettleAsync();
        await optional.ApplyAsync(cancellationToken);
    }

    private async Task WalkAsync(CancellationToken cancellationToken)
    {
        var situation = await node.ReadAsync(cancellationToken);
        await DoAsync(await catalogue.Captures.WithOpenDoorAsync(cancellationToken), situation, cancellationToken);
        var all = Known(situation);
        var everybody = all != _known;
        var after = everybody ? null : _looked;
        for (var looked = 0; everybody || looked < LooksARound; looked += LooksARound / 2)
        {
            var (frames, end) = await catalogue.Captures.MayGoAsync(
                options.Rules, situation, after, LooksARound / 2, cancellationToken);
            await DoAsync(frames, situation, cancellationToken);
            after = end;
            if (after is null)
                break;
        }

        (_looked, _known) = (after, all);
    }

    /// <summary>All that can make every frame one that may go: a clock that is trusted again, another place, a doubt.</summary>
    private string Known(Situation situation) => string.Join('\n', situation.Destinations
        .Select(d => $"{d.Standing} {situation.Awaited.Contains(d.Name)}")
        .Append($"{situation.ClockProblem is null}"));

    /// <summary>Until high water is reached, or nothing more can go.</summary>
    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        if (await node.ReadAsync(cancellationToken) is { BelowLowWater: true })
            await fetched.EmptyAsync(cancellationToken);
        // Each is tried once: those that must stay whatever the policy says do not end the loop, and those that went are on record soon.
        var tried = new HashSet<CaptureId>();
        while (await node.ReadAsync(cancellationToken) is { BelowLowWater: true } situation
            && await planner.ForSpaceAsync(situation, tried, cancellationToken) is { Goes.Count: > 0 } plan)
        {
            foreach (var planned in plan.Goes)
            {
                if (!await space.DrainAsync(cancellationToken))
                    return;
                await TryAsync(planned.Frame.Id, planned, cancellationToken);
                tried.Add(planned.Frame.Id);
            }
        }
    }

    private async Task DoAsync(IReadOnlyCollection<CaptureId> frames, Situation situation, CancellationToken cancellationToken)
    {
        foreach (var id in frames)
            await TryAsync(id, planned: null, cancellationToken);
        foreach (var planned in (await planner.OfAsync(situation, frames, cancellationToken)).Goes)
            await TryAsync(planned.Frame.Id, planned, cancellationToken);
    }

    public void Dispose() => _one.Dispose();

    /// <summary>
    /// Finishes what a crash interrupted, and does what is planned: the door holds what that rests on against what is true now. One frame
    /// that cannot be released does not hold up the others.
    /// </summary>
    private async Task TryAsync(CaptureId id, PlannedRelease? planned, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            // Read again under the lock: the other caller may have released the frame meanwhile.
            if (await catalogue.Captures.FindAsync(id, cancellationToken) is not { ReleasedAt: null, DiscardedAt: null } capture)
                return;
            if (capture.ReleasingAt is not null)
            {
                if (await door.LookAgainAsync(capture, cancellationToken))
                    return;
                capture = await catalogue.Captures.GetAsync(id, cancellationToken);
            }

            if (planned is not null && planned.Frame.Cid == capture.Cid)
                await ReleaseAsync(capture, planned.Proofs, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The catalogue cannot write the release because its disk is full. The reserve is given up for that: the next frame or round
            // can write.
            if (space.FreeBytes < options.Storage.Reserve.Bytes / 2)
                reserve.GiveBack();
            NotReleased(id, e.Message);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task ReleaseAsync(
        CaptureRecord capture, IReadOnlyList<CustodyProof> proofs, CancellationToken cancellationToken)
    {
        var hold = await look.WhyItStaysAsync(capture, proofs, cancellationToken)
            ?? await door.ReleaseAsync(capture, proofs, cancellationToken);
        if (hold is not null && hold != capture.HoldReason)
            await catalogue.Ledger.ApplyAsync(new Fact.Held(capture.Id, hold), cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Capture {Id} is not released: {Reason}")]
    private partial void NotReleased(CaptureId id, string reason);
}
