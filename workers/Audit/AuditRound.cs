using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Workers.Offload;

namespace Wanda.Workers.Audit;

/// <summary>
/// Renews proofs before they expire, the soonest first, and looks into a few copies at random. Which copies are due stands in the
/// catalogue, so a restart loses nothing; a destination that is down keeps its proofs, expired ones too, and is audited when it is back.
/// What a destination does not hold any more is taken back at once (law 2), and brought there again.
/// </summary>
internal sealed partial class AuditRound(
    Catalogue catalogue, StorageRoot root, DestinationSet destinations, CopyAudit copies, Recall recall, FrameFiles files,
    SentAgain again, JournalWriter journal, ClockTrust clock, WandaOptions options, TimeProvider time, ILogger<AuditRound> log)
{
    private const int Page = 50;

    // So many copies that a destination does not answer for, one after the other, are no fault of theirs any more: it is down.
    private const int InARow = 3;

    // How many copies of each destination waited one after the other, for bytes that may be read back tomorrow.
    private readonly ConcurrentDictionary<string, int> _waiting = new();

    // How many copies of each destination it did not answer for, one after the other.
    private readonly ConcurrentDictionary<string, int> _failed = new();

    // A copy whose audit had to wait is due again after this time at the latest.
    private static readonly TimeSpan Again = TimeSpan.FromHours(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await root.EnsurePresentAsync(cancellationToken);
        if (await clock.ProblemAsync(cancellationToken) is not null)
            return; // Law 10: a wrong clock would make every audit due, or none.
        // Each by itself: one that is slow delays no other's.
        await Task.WhenAll(destinations.All.Where(d => d.GivesProof).Select(d => DestinationAsync(d, cancellationToken)));
        await recall.RunAsync(cancellationToken);
    }

    private async Task DestinationAsync(Offloader destination, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        try
        {
            _waiting[destination.Name] = _failed[destination.Name] = 0;
            if (destination.Destination is IHasDisk disk)
                await destination.RunAsync(disk.LookAsync, cancellationToken);
            await LostAsync(destination, cancellationToken);
            // As many as are due: a whole holding may be, and none may expire for want of turns.
            while (await DueAsync(destination, cancellationToken) is { Count: > 0 } due)
            {
                foreach (var proof in due)
                    await CopyAsync(destination, proof, cancellationToken);
                // Recalls have their turn too, and when one after the other waits for tomorrow's bytes the rest does as well.
                if (time.GetElapsedTime(begun) > options.Audit.Interval || _waiting[destination.Name] >= Page)
                    break;
            }

            foreach (var proof in await catalogue.Audits.SampleAsync(destination.Name, options.Audit.Sample, cancellationToken))
                await SpotAsync(destination, proof, cancellationToken);
        }
        catch (NotNowException e)
        {
            // Law 4: an outage is not a failure, and no sign of a loss.
            Waits(destination.Name, e.Message);
        }
    }

    /// <summary>Audits one copy out of its turn: somebody looked, and did not see it.</summary>
    public async Task AskAsync(Offloader destination, CustodyProof proof, CancellationToken cancellationToken)
    {
        try
        {
            await CopyAsync(destination, proof, cancellationToken);
        }
        catch (NotNowException e)
        {
            Waits(destination.Name, e.Message);
        }
    }

    /// <summary>What a destination says itself that it has lost is audited first, and that decides.</summary>
    private async Task LostAsync(Offloader destination, CancellationToken cancellationToken)
    {
        if (destination.Destination is not ITellsLosses there)
            return;
        IReadOnlyList<string> lost = [];
        await destination.RunAsync(async cancellationToken => lost = await there.LostAsync(cancellationToken), cancellationToken);
        if (lost.Count == 0)
            return;
        foreach (var proof in await catalogue.Audits.OfAsync(destination.Name, lost, cancellationToken))
            await CopyAsync(destination, proof, cancellationToken);
    }

    private Task<IReadOnlyList<CustodyProof>> DueAsync(Offloader destination, CancellationToken cancellationToken)
    {
        var (now, lead) = (time.GetUtcNow(), options.Audit.LeadOf(destination.Options));
        return catalogue.Audits.DueAsync(destination.Name, now + lead, now + destination.Options.ProofLifetime,
            now - (lead / 2 < Again ? lead / 2 : Again), Page, cancellationToken);
    }

    /// <summary>It is looked at again after those behind it.</summary>
    private Task WaitAsync(
        Offloader destination, CustodyProof proof, CancellationToken cancellationToken, AuditOutcome outcome = AuditOutcome.Waits) =>
        catalogue.Audits.RecordAsync(destination.Name, proof.Subject, outcome, 0, cancellationToken);

    private async Task CopyAsync(Offloader destination, CustodyProof proof, CancellationToken cancellationToken)
    {
        var capture = proof.SubjectKind == SubjectKind.Capture
            ? await catalogue.Captures.FindAsync(CaptureId.Parse(proof.Subject), cancellationToken)
            : null;
        if (await ItemAsync(proof, capture, cancellationToken) is not { } item)
        {
            await WaitAsync(destination, proof, cancellationToken);
            return;
        }

        try
        {
            if (await copies.RunAsync(destination, item, capture, cancellationToken) is { } renewed)
            {
                await catalogue.Ledger.ApplyAsync(new Fact.Audited(renewed), cancellationToken);
                _waiting[destination.Name] = _failed[destination.Name] = 0;
            }
            else
            {
                await WaitAsync(destination, proof, cancellationToken);
                _waiting.AddOrUpdate(destination.Name, 1, (_, count) => count + 1);
            }
        }
        catch (NotHeldException e)
        {
            _failed[destination.Name] = 0; // it answers
            await VanishedAsync(destination, item, capture, e.Message);
            // One that came back from an old backup forgot more than this one.
            await catalogue.Ledger.ApplyAsync(new Fact.Doubted(proof, destination.Options.ProofLifetime), CancellationToken.None);
            await SendAgainAsync(destination, proof, capture, cancellationToken);
        }
        catch (DestinationDownException e)
        {
            CannotBeAudited(item.Labels.Session, item.Labels.Name, destination.Name, e.Words);
            await catalogue.Events.FailedAsync(item.Subject, $"could not be audited: {e.Message}", cancellationToken);
            await WaitAsync(destination, proof, cancellationToken, AuditOutcome.Failed);
            await FailedAsync(destination, e);
        }
        catch (NotNowException e) when (e.InnerException is DestinationDownException)
        {
            // It was down before as well, or this one copy brings it down: at the next try another goes first.
            await WaitAsync(destination, proof, cancellationToken, AuditOutcome.Failed);
            throw;
        }
        catch (IOException e)
        {
            CannotBeAudited(item.Labels.Session, item.Labels.Name, destination.Name, e.Message);
            await WaitAsync(destination, proof, cancellationToken, AuditOutcome.Failed);
        }
        catch (PoisonException e)
        {
            CannotBeAudited(item.Labels.Session, item.Labels.Name, destination.Name, e.Message);
            await WaitAsync(destination, proof, cancellationToken, AuditOutcome.Failed);
            // Where our own bytes are at fault that is on record with the frame: the copy is asked for without them the next time.
            if (capture is { ReleasingAt: null, FileLostAt: null })
                await files.WrongAsync(capture, everyByte: true, cancellationToken);
        }
    }

    /// <summary>
    /// One copy that it does not answer for ends no round: those behind it have their turn. When it refuses us, asks for time, or answers
    /// for one after the other not, it is down.
    /// </summary>
    /// <exception cref="NotNowException">It is.</exception>
    private async Task FailedAsync(Offloader destination, DestinationDownException e)
    {
        if (_failed.AddOrUpdate(destination.Name, 1, (_, count) => count + 1) >= InARow || e.NeedsOperator || e.RetryAfter is not null)
            throw await destination.DownAsync(e);
    }

    private async Task SendAgainAsync(
        Offloader destination, CustodyProof proof, CaptureRecord? capture, CancellationToken cancellationToken)
    {
        if (capture is not null)
            await again.FrameAsync(destination, capture, cancellationToken);
        else if (await catalogue.Sessions.FindAsync(new SessionName(proof.Subject), cancellationToken) is { } session)
            await again.SessionAsync(destination, session, cancellationToken);
    }

    private async Task<OffloadItem?> ItemAsync(CustodyProof proof, CaptureRecord? capture, CancellationToken cancellationToken)
    {
        if (proof.SubjectKind == SubjectKind.Capture)
            return capture is { DiscardedAt: null } && capture.Cid == proof.Cid ? OffloadItem.Of(capture) : null;
        var session = await catalogue.Sessions.FindAsync(new SessionName(proof.Subject), cancellationToken);
        return session?.DirectoryCid == proof.Cid
            ? OffloadItem.Of(session!, await catalogue.Captures.OfSessionAsync(session!.Name, cancellationToken))
            : null;
    }

    /// <summary>A look that finds nothing amiss is noted; one that does is followed by a whole audit, which alone decides.</summary>
    private async Task SpotAsync(Offloader destination, CustodyProof proof, CancellationToken cancellationToken)
    {
        if (destination.Destination is not IReadable there || await copies.BytesLeftAsync(cancellationToken) < Block.MaxBytes
            || await catalogue.Captures.FindAsync(CaptureId.Parse(proof.Subject), cancellationToken) is not { } capture
            || await ItemAsync(proof, capture, cancellationToken) is not { } item)
        {
            return;
        }

        try
        {
            long bytes = 0;
            await destination.TryAsync(cancellationToken => there.ReadAsync(
                item, async copy => bytes = await SpotCheck.RunAsync(copy, item.Cid, cancellationToken), cancellationToken),
                cancellationToken);
            await catalogue.Audits.RecordAsync(destination.Name, proof.Subject, AuditOutcome.Held, bytes, cancellationToken);
        }
        catch (DestinationDownException e)
        {
            await FailedAsync(destination, e);
        }
        catch (Exception e) when (e is IOException or DagFormatException or CarFormatException or NotHeldException)
        {
            await CopyAsync(destination, proof, cancellationToken);
        }
    }

    /// <summary>
    /// No cancellation: a loss that was seen is on record, whatever becomes of its line in the journal: a catalogue that is rebuilt asks
    /// for every proof again.
    /// </summary>
    private async Task VanishedAsync(Offloader destination, OffloadItem item, CaptureRecord? capture, string why)
    {
        await catalogue.Ledger.ApplyAsync(new Fact.Revoked(destination.Name, item.Subject, why), CancellationToken.None);
        DoesNotHold(destination.Name, item.Labels.Session, item.Labels.Name, why);
        if (capture is null)
            return;
        try
        {
            await journal.WriteAsync(capture.Session, CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StorageRootException)
        {
            NotInTheJournal(capture.Session, capture.Number, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The audits of {Destination} wait: {Reason}")]
    private partial void Waits(string destination, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The copy of {Session}/{Name} on {Destination} cannot be audited: {Reason}")]
    private partial void CannotBeAudited(string? session, string name, string destination, string reason);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "{Destination} does not hold {Session}/{Name} any more: {Reason} It gets it again from wherever it still is.")]
    private partial void DoesNotHold(string destination, string? session, string name, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The loss of {Session}/{Number} is on record, and not in its journal: {Reason}")]
    private partial void NotInTheJournal(SessionName session, int number, string reason);
}
