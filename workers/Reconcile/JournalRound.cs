using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Contracts;

namespace Wanda.Workers.Reconcile;

/// <summary>
/// Looks whether the journals still say what the catalogue knows (law 5): they are not fsynced line by line, and a power cut, a full disk
/// or somebody may have taken of them. Every session once a process, open ones at every round. What an earlier version left among the
/// frames is moved to the node's own files first; where that cannot be done, it is read where it lies.
/// </summary>
internal sealed partial class JournalRound(
    Catalogue catalogue, StorageRoot root, JournalWriter journal, TimeProvider time, ILogger<JournalRound> log)
{
    private readonly HashSet<SessionName> _whole = [];
    private bool _caughtUp;
    private readonly HashSet<SessionName> _moved = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Once, before lines are written: what the journals know and the catalogue does not, where the disk was away at the start.
        if (!_caughtUp && await CatalogueRebuild.CatchUpAsync(catalogue, root, cancellationToken) is > 0 and var frames)
        {
            await catalogue.Node.MadeGoodAsync(
                new() { Store = NodeStoreKind.Catalogue, Harm = StoreHarm.Old, At = time.GetUtcNow(), Frames = frames }, cancellationToken);
        }

        _caughtUp = true;
        foreach (var session in await catalogue.Sessions.ListAsync(cancellationToken))
        {
            if (_whole.Contains(session.Name))
                continue;
            if (_moved.Add(session.Name))
                await MoveAsync(session.Name, cancellationToken);
            if (await TryCompleteAsync(session.Name, cancellationToken) && session.EndedAt is not null)
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

    private async Task<bool> TryCompleteAsync(SessionName session, CancellationToken cancellationToken)
    {
        try
        {
            if (await journal.CompleteAsync(session, cancellationToken) is > 0 and var added)
                Wrote(added, session);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            NotWhole(session, e.Message);
            return false;
        }
    }

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
