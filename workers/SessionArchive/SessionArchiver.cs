using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Workers.SessionArchive;

/// <summary>
/// A session as a directory: its frames under the folders and names of their program, by CID and size alone (no frame is read again), and
/// <c>metadata.json</c>.
/// </summary>
internal sealed partial class SessionArchiver(
    Catalogue catalogue, StorageRoot root, IIpfsNode ipfs, WandaOptions options, ILogger<SessionArchiver> log)
{
    /// <summary>
    /// Makes a session's directory where it has news, and tells what its newest directory is; null while it has no frame with a CID.
    /// </summary>
    public async Task<SessionArchived?> ArchiveAsync(SessionName name, CancellationToken cancellationToken)
    {
        if (await catalogue.Sessions.FindAsync(name, cancellationToken) is not { } session)
            return null;
        var captures = await catalogue.Captures.OfSessionAsync(name, cancellationToken);
        var linked = captures.Where(c => c is { Cid: not null, DiscardedAt: null }).ToList();
        // A session whose frames were all discarded gets one more archive, an empty one: the archive before it still lists them.
        if (linked.Count == 0 && session.DirectoryCid is null)
            return null;
        // Told again even when it is not news: a crash may have come between the row and the message (law 3).
        var publish = options.Privacy.Publish;
        if (session.DirectoryCid is { } current && session.ArchivedFrames == linked.Count && !(session.EndedAt > session.ArchivedAt)
            && (session.Published == PublishedHeaders.Written(publish) || !captures.Any(c => PublishedHeaders.HasPrivate(c)))
            && !captures.Any(c => c.Cid is not null && c.DiscardedAt >= session.ArchivedAt)
            && await IsWholeAsync(OffloadItem.Of(session, captures), cancellationToken))
        {
            return new SessionArchived { Session = name, DirectoryCid = current, Frames = linked.Count };
        }

        var metadata = SessionMetadata.Of(session, captures, publish);
        await root.EnsurePresentAsync(cancellationToken);
        await TryWriteAsync(metadata, name, cancellationToken);
        var paths = ArchivePaths.Of(captures);
        var links = linked.Where(c => !PublishedHeaders.HoldsBack(c, publish))
            .Select(c => new DagPbLink(paths[c.Id], Cid.Parse(c.Cid!), c.DagBytes!.Value));
        var directory = await AddAsync(session, metadata, links, cancellationToken);
        await catalogue.Ledger.ApplyAsync(
            new Fact.Archived(name, directory.Root.ToString(), directory.DagSize, linked.Count, PublishedHeaders.Written(publish)),
            cancellationToken);
        await ipfs.UnpinAsync(new ArchiveOwner(name, session.Revision).ToString(), cancellationToken);
        return new SessionArchived { Session = name, DirectoryCid = directory.Root.ToString(), Frames = linked.Count };
    }

    /// <summary>Whether its directory's own blocks, a few, are all here and sound.</summary>
    private async Task<bool> IsWholeAsync(OffloadItem directory, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var block in ipfs.BlocksAsync(directory.Cid, directory.Elsewhere, cancellationToken))
                _ = block;
            return true;
        }
        catch (BlockNotFoundException)
        {
            return false;
        }
    }

    /// <summary>The copy beside the frames is for people; the archive has its own, and waits for no disk that takes nothing.</summary>
    private async Task TryWriteAsync(SessionMetadata metadata, SessionName name, CancellationToken cancellationToken)
    {
        try
        {
            // What lies there may be all that tells of frames that the catalogue lost.
            await SessionNumbers.TakeAsync(catalogue, root, name, cancellationToken);
            await metadata.WriteAsync(root.FolderOf(name), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            NotWritten(name, e.Message);
        }
    }

    private async Task<AddedDirectory> AddAsync(
        SessionRecord session, SessionMetadata metadata, IEnumerable<DagPbLink> links, CancellationToken cancellationToken)
    {
        // Each archive has a pin of its own: the archive before it stays pinned until the row names this one, and no longer. The pin that
        // is removed first here is one that a crash left behind, of an archive that never got its row.
        var owner = new ArchiveOwner(session.Name, session.Revision + 1).ToString();
        await ipfs.UnpinAsync(owner, cancellationToken);
        var files = new Dictionary<string, ReadOnlyMemory<byte>> { [SessionMetadata.FileName] = metadata.ToBytes() };
        // Made again from the rows where a power cut takes blocks of it.
        return await ipfs.AddDirectoryAsync(links, files, owner, durable: false, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "metadata.json of {Session} is not written, and its archive is made. {Reason}")]
    private partial void NotWritten(SessionName session, string reason);
}
