using Wanda.Contracts;

namespace Wanda.Catalog;

/// <summary>
/// Law 5: a lost catalogue is rebuilt from the session folders, whose journals hold every row, CID, proof and release. Running it twice, or
/// on a catalogue that is whole, changes nothing.
/// </summary>
public static class CatalogueRebuild
{
    /// <summary>Reads every session's journal into the catalogue. Returns how many frames it brought back.</summary>
    public static async Task<int> FromJournalsAsync(Catalogue catalogue, StorageRoot root, CancellationToken cancellationToken)
    {
        await root.EnsurePresentAsync(cancellationToken);
        var frames = 0;
        foreach (var folder in Directory.EnumerateDirectories(root.Path))
        {
            if (SessionName.IsValid(Path.GetFileName(folder)))
                frames += await SessionAsync(catalogue, root, new SessionName(Path.GetFileName(folder)), cancellationToken);
        }

        return frames;
    }

    private static async Task<int> SessionAsync(
        Catalogue catalogue, StorageRoot root, SessionName session, CancellationToken cancellationToken)
    {
        var frames = 0;
        await foreach (var entry in SessionJournal.ReadAsync(catalogue, root, session, cancellationToken))
        {
            switch (entry)
            {
                case JournalEntry.FrameSaved saved when await catalogue.Captures.FindAsync(saved.Id, cancellationToken) is null:
                    if (frames++ == 0)
                        await catalogue.Sessions.OpenAsync(session, SessionKind.Rebuilt, cancellationToken);
                    await catalogue.Captures.SavedAsync(saved.Capture, cancellationToken);
                    break;
                case JournalEntry.FrameAdded added:
                    await catalogue.Captures.AddedAsync(added.Id, added.Cid, added.DagBytes, cancellationToken);
                    break;
                case JournalEntry.FrameProven proven:
                    await catalogue.Custody.ProvenAsync(proven.Proof, cancellationToken);
                    break;
                case JournalEntry.FrameReleased released:
                    await catalogue.Door.ReleasedBeforeAsync(released.Id, released.At, cancellationToken);
                    break;
                case JournalEntry.ProofRevoked revoked:
                    await catalogue.Custody.RevokeAsync(revoked.Destination, revoked.Id.ToString(),
                        "from the session's journal", cancellationToken);
                    break;
                case JournalEntry.FrameRecalled recalled
                    when await catalogue.Captures.FindAsync(recalled.Id, cancellationToken) is { } capture:
                    // The journal does not say which file was brought back: the old time and inode stay, and do not match. Whoever reads
                    // the file next then compares its hash with the saved one, and does not trust the times.
                    await catalogue.Captures.RecalledAsync(recalled.Id, capture.ModifiedNs, capture.Inode,
                        "from the session's journal", cancellationToken);
                    break;
                case JournalEntry.FrameDiscarded discarded:
                    await catalogue.Captures.DiscardAsync(discarded.Id, discarded.At, discarded.By, discarded.Reason, cancellationToken);
                    break;
            }
        }

        if (frames > 0)
            await catalogue.Sessions.EndAsync(session, cancellationToken);
        return frames;
    }
}
