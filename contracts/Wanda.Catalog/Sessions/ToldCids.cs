using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>
/// What <c>metadata.json</c> tells of a session's CIDs: read when a journal lost that line. It is evidence as a journal is: whoever
/// fetches by it holds what comes against the hash that the frame was saved with.
/// </summary>
internal sealed class ToldCids(StorageRoot root, SessionName session)
{
    private ILookup<string, SessionMetadata.Image>? _told;

    /// <summary>A frame's, and the size of its blocks as far as it is known; null when nothing is told.</summary>
    public async Task<(string Cid, long DagBytes)?> OfAsync(CaptureRecord frame, CancellationToken cancellationToken)
    {
        _told ??= (await ReadAsync(cancellationToken)).ToLookup(i => i.Id ?? "");
        var told = _told[frame.Id.ToString()].FirstOrDefault(i => i.Sha256 == frame.Sha256 && i.Cid is { } cid && SoundFacts.IsCid(cid));
        return told is null ? null : (told.Cid!, frame.SizeBytes);
    }

    private async Task<IEnumerable<SessionMetadata.Image>> ReadAsync(CancellationToken cancellationToken)
    {
        var folder = root.FolderOf(session);
        try
        {
            return (await SessionMetadata.ReadAsync(SessionFolder.Metadata(folder), session, cancellationToken)
                ?? await SessionMetadata.ReadAsync(Path.Combine(folder, SessionMetadata.FileName), session, cancellationToken))?.All ?? [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // one bad file stops nothing
        }
    }
}
