using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Workers.Reconcile;

/// <summary>
/// The journals are the catalogue's second copy (law 5) and are not fsynced line by line: what a power cut or a full disk took is written
/// again from the catalogue. Every session once a process, open ones at every round. What an earlier version left among the frames is moved
/// to the node's own files first; where that cannot be done, it is read where it lies.
/// </summary>
internal sealed partial class JournalRepair(Catalogue catalogue, StorageRoot root, ILogger<JournalRepair> log)
{
    private readonly HashSet<SessionName> _whole = [];
    private bool _caughtUp;
    private readonly HashSet<SessionName> _moved = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Once, before lines are written: what the journals know and the catalogue does not, where the disk was away at the start.
        if (!_caughtUp)
            await CatalogueRebuild.CatchUpAsync(catalogue, root, cancellationToken);
        _caughtUp = true;
        foreach (var session in await catalogue.Sessions.ListAsync(cancellationToken))
        {
            if (_whole.Contains(session.Name))
                continue;
            if (_moved.Add(session.Name))
                await MoveAsync(session.Name, cancellationToken);
            if (await TryRepairAsync(session.Name, cancellationToken) && session.EndedAt is not null)
                _whole.Add(session.Name);
        }
    }

    private async Task MoveAsync(SessionName session, CancellationToken cancellationToken)
    {
        try
        {
            if (await OldLayout.MoveAsync(catalogue, root, session, cancellationToken))
                Moved(session);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            NotMoved(session, e.Message);
        }
    }

    private async Task<bool> TryRepairAsync(SessionName session, CancellationToken cancellationToken)
    {
        try
        {
            await RepairAsync(session, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            NotWhole(session, e.Message);
            return false;
        }
    }

    private async Task RepairAsync(SessionName session, CancellationToken cancellationToken)
    {
        var folder = root.FolderOf(session);
        var known = new HashSet<string>();
        await foreach (var entry in SessionJournal.ReadAsync(catalogue, root, session, cancellationToken))
        {
            known.Add(Key(entry));
            if (Undone(entry) is { } undone)
                known.Remove(undone);
        }

        var added = 0;
        foreach (var capture in await catalogue.Captures.OfSessionAsync(session, cancellationToken))
        {
            await foreach (var entry in EntriesAsync(capture, known.Contains($"{capture.Id} released"), cancellationToken))
            {
                if (!known.Add(Key(entry)))
                    continue;
                await SessionJournal.AppendAsync(folder, entry, cancellationToken);
                added++;
            }
        }

        if (added > 0)
            Wrote(added, session);
        await catalogue.Sessions.JournalReadAsync(session, SessionJournal.BytesOf(folder), cancellationToken);
    }

    /// <summary>What a journal says of a frame, as the catalogue knows it.</summary>
    private async IAsyncEnumerable<JournalEntry> EntriesAsync(
        CaptureRecord capture, bool saidReleased,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new JournalEntry.FrameSaved { Id = capture.Id, Capture = capture.AsSaved() };
        if (capture.Cid is { } cid)
            yield return new JournalEntry.FrameAdded { Id = capture.Id, Cid = cid, DagBytes = capture.DagBytes ?? 0 };
        foreach (var proof in await catalogue.Custody.ProofsOfAsync(capture.Id.ToString(), cancellationToken))
            yield return new JournalEntry.FrameProven { Id = capture.Id, Proof = proof };
        if (capture.ReleasedAt is { } at)
            yield return new JournalEntry.FrameReleased { Id = capture.Id, At = at };
        else if (capture.ReleasingAt is null && saidReleased)
            yield return new JournalEntry.FrameRecalled { Id = capture.Id, At = capture.SavedAt };
        if (capture.DiscardedAt is { } gone)
        {
            yield return new JournalEntry.FrameDiscarded
            {
                Id = capture.Id,
                At = gone,
                By = capture.DiscardedBy ?? "",
                Reason = capture.DiscardReason ?? "",
            };
        }
    }

    /// <summary>
    /// What makes two lines say the same. One proof from a destination is enough: an audit renews it without a line, and what a rebuilt
    /// catalogue has of an expired one is due for an audit.
    /// </summary>
    private static string Key(JournalEntry entry) => entry switch
    {
        JournalEntry.FrameProven { Proof: var proof } => $"{entry.Id} proven {proof.Destination}",
        JournalEntry.FrameReleased => $"{entry.Id} released",
        JournalEntry.FrameRecalled => $"{entry.Id} recalled",
        _ => $"{entry.Id} {entry.GetType().Name}",
    };

    /// <summary>The earlier line that a line takes back.</summary>
    private static string? Undone(JournalEntry entry) => entry switch
    {
        JournalEntry.ProofRevoked revoked => $"{entry.Id} proven {revoked.Destination}",
        JournalEntry.FrameRecalled => $"{entry.Id} released",
        JournalEntry.FrameReleased => $"{entry.Id} recalled",
        _ => null,
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "Wrote {Count} lines to the journal of {Session} that it had lost.")]
    private partial void Wrote(int count, SessionName session);

    [LoggerMessage(Level = LogLevel.Information, Message = "Moved the journal and metadata of {Session} away from its frames.")]
    private partial void Moved(SessionName session);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The journal of {Session} stays among its frames, where it is read; it is moved at a later start. {Reason}")]
    private partial void NotMoved(SessionName session, string reason);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The journal of {Session} cannot be read or written to; the next round tries again. {Reason}")]
    private partial void NotWhole(SessionName session, string reason);
}
