using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Workers.Audit;

namespace Wanda.Workers.Release;

/// <summary>Brings a frame, its proofs and the node's situation before <see cref="ReleasePolicy"/>, and does what it decides.</summary>
internal sealed partial class ReleaseRound(
    Catalogue catalogue, ReleaseSituation node, ReleaseDoor door, SpaceReserve reserve, FetchedCopies fetched, OptionalWork optional,
    LastLook look, DiskSpace space, WandaOptions options, ILogger<ReleaseRound> log)
    : IDisposable
{
    private const int Page = 200;

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
            await ConsiderAsync(id, situation, cancellationToken);
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
        situation = await ConsiderAsync(await catalogue.Captures.WithOpenDoorAsync(cancellationToken), situation, cancellationToken);
        var all = Known(situation);
        var everybody = all != _known;
        var after = everybody ? null : _looked;
        for (var looked = 0; everybody || looked < LooksARound; looked += LooksARound / 2)
        {
            var (frames, end) = await catalogue.Captures.MayGoAsync(
                options.Rules, situation, after, LooksARound / 2, cancellationToken);
            situation = await ConsiderAsync(frames, situation, cancellationToken);
            after = end;
            if (after is null)
                break;
        }

        (_looked, _known) = (after, all);
    }

    private async Task<Situation> ConsiderAsync(
        IReadOnlyList<CaptureId> frames, Situation situation, CancellationToken cancellationToken)
    {
        foreach (var id in frames)
        {
            // A release frees space, which may end the want of space: the situation is read again.
            if (await catalogue.Captures.FindAsync(id, cancellationToken) is { } capture
                && await TryConsiderAsync(capture, situation, cancellationToken))
            {
                situation = await node.ReadAsync(cancellationToken);
            }
        }

        return situation;
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
        var held = 0;
        while (await node.ReadAsync(cancellationToken) is { BelowLowWater: true }
            && await catalogue.Captures.DrainOrderAsync(held, Page, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var capture in page)
            {
                if (await node.ReadAsync(cancellationToken) is not { BelowLowWater: true } situation)
                    return;
                // A frame that must stay is skipped at the next page; it does not end the loop.
                if (!await TryConsiderAsync(capture, situation, cancellationToken))
                    held++;
            }
        }
    }

    public void Dispose() => _one.Dispose();

    /// <summary>One frame that cannot be released does not hold up the others.</summary>
    private async Task<bool> TryConsiderAsync(CaptureRecord capture, Situation situation, CancellationToken cancellationToken)
    {
        try
        {
            return await ConsiderAsync(capture.Id, situation, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The catalogue cannot write the release because its disk is full. The reserve is given up for that: the next frame or round
            // can write.
            if (space.FreeBytes < options.Storage.Reserve.Bytes / 2)
                reserve.GiveBack();
            NotReleased(capture.Session, capture.Number, e.Message);
            return false;
        }
    }

    /// <summary>True when its local bytes are gone now.</summary>
    private async Task<bool> ConsiderAsync(CaptureId id, Situation situation, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            // Read again under the lock: the other caller may have released the frame meanwhile.
            return await catalogue.Captures.FindAsync(id, cancellationToken) is { ReleasedAt: null, DiscardedAt: null } capture
                && await ConsiderAsync(capture, situation, cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<bool> ConsiderAsync(CaptureRecord capture, Situation situation, CancellationToken cancellationToken)
    {
        if (capture.ReleasingAt is not null)
        {
            if (await door.LookAgainAsync(capture, cancellationToken))
                return true;
            capture = await catalogue.Captures.GetAsync(capture.Id, cancellationToken);
        }

        var proofs = await catalogue.Custody.ProofsOfAsync(capture.Id.ToString(), cancellationToken);
        if (proofs.Count == 0)
            return false; // Nothing is known of it yet: that is no reason to hold it, it is simply on its way.
        var decision = ReleasePolicy.Decide(capture, proofs, options.Rules, situation);
        // The same policy says it wherever it is shown: nothing of it is to be kept.
        if (decision.Hold is not null)
            return false;
        var hold = await look.WhyItStaysAsync(capture, decision.Proofs, cancellationToken)
            ?? await door.ReleaseAsync(capture, decision.Proofs, cancellationToken);
        if (hold is not null && hold != capture.HoldReason)
            await catalogue.Ledger.ApplyAsync(new Fact.Held(capture.Id, hold), cancellationToken);
        return hold is null;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Session}/{Number} is not released: {Reason}")]
    private partial void NotReleased(SessionName session, int number, string reason);
}
