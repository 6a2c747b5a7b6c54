using Files.Shared;
using Microsoft.Extensions.Logging;
using Wanda.CaptureProducer.Folders;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.CaptureProducer.Originals;

/// <summary>
/// Holds what lies in place against the catalogue. A guard ends with its process, so after a start each frame is compared before it is
/// believed: one that was written over meanwhile is told as lost, and never taken for the other version (law 2).
/// </summary>
internal sealed partial class InPlaceRound(
    Catalogue catalogue, StorageRoot root, InPlaceGuards guards, WatchedFolders folders, CaptureProgress progress,
    ILogger<InPlaceRound> log) : IDisposable
{
    private const int Page = 500;
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly HashSet<CaptureId> _missing = [];

    /// <summary>
    /// Guards what is not guarded yet, gives up what is freed, and copies what was renamed or removed. What is wrong with one stays with it
    /// (law 8).
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            await LookAsync(cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var held = guards.Held; // before the rows: what is taken meanwhile is in neither
        var rows = new HashSet<CaptureId>();
        CaptureId? after = null;
        while (await catalogue.Originals.InPlaceAsync(after, Page, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var id in page)
            {
                rows.Add(id);
                if (!guards.Holds(id))
                    await TryAsync(id, capture => TakeUpAsync(capture, cancellationToken), cancellationToken);
            }

            after = page[^1];
        }

        foreach (var id in held.Where(id => !rows.Contains(id)))
            guards.Drop(id);
        _missing.IntersectWith(rows);
        foreach (var guard in guards.Moved().ToList())
            await TryAsync(guard.Id, capture => FollowAsync(capture, guard, cancellationToken), cancellationToken);
    }

    /// <summary>Its folder was renamed, and the watch has found it: the link follows. Otherwise its bytes are copied.</summary>
    private async Task FollowAsync(CaptureRecord capture, Guard guard, CancellationToken cancellationToken)
    {
        if (TryFind(capture) is { } at && LinkedFile.IdentityOf(at)?.File.Inode == guard.File.Look().Inode)
        {
            Link(capture, at);
            guard.Path = at;
        }
        else
        {
            await guards.CopyAsync([guard], OriginalCopied.MovedAway, cancellationToken);
        }
    }

    /// <summary>Looks at one that lies in place. What is wrong with it stays with it.</summary>
    private async Task TryAsync(CaptureId id, Func<CaptureRecord, Task> look, CancellationToken cancellationToken)
    {
        try
        {
            await root.EnsurePresentAsync(cancellationToken);
            // Read now: its guard may have copied it, and been given up, since the ids were read.
            if (await catalogue.Captures.FindAsync(id, cancellationToken) is { ReleasingAt: null, DiscardedAt: null } capture
                && capture.LiesInPlace())
            {
                await look(capture);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StorageRootException)
        {
            NotLookedAt(id, e.Message);
        }
    }

    private async Task TakeUpAsync(CaptureRecord capture, CancellationToken cancellationToken)
    {
        var path = root.Resolve(capture.Path);
        var target = LinkedFile.TargetOf(path);
        if (target is null && FileIdentity.Of(path) is { } own)
        {
            await catalogue.Ledger.ApplyAsync(
                new Fact.CopiedOut(capture.Id, own.ModifiedNs, own.Inode, OriginalCopied.Interrupted), cancellationToken);
            return;
        }

        if ((target is null ? null : LinkedFile.Open(target)) is { } handle)
        {
            await GuardAsync(capture, InPlaceGuards.Opened(handle), target!, cancellationToken);
        }
        else if (TryFind(capture) is { } at)
        {
            Link(capture, at); // guarded at the next look
        }
        else if (await IsGoneAsync(capture, cancellationToken))
        {
            await guards.LoseAsync(capture, OriginalState.Gone, "was removed or moved away while nothing guarded it");
        }
        else if (Watched(capture) is null)
        {
            // Nobody is left to say whether it is gone; where it comes back, it is found here.
            var why = $"its file {capture.SourcePath} in {capture.Source} is not there, and that folder is not watched any more";
            await catalogue.Ledger.ApplyAsync(new Fact.FileLost(capture.Id, why), cancellationToken);
        }
    }

    private async Task GuardAsync(CaptureRecord capture, OpenedFile file, string path, CancellationToken cancellationToken)
    {
        _missing.Remove(capture.Id);
        // The lease first: what is compared under it stays as it is.
        var (lease, isWritten) = ReadLease.Take(file.Handle);
        using var guard = new Guard(file, lease) { Id = capture.Id, Path = path, SizeBytes = capture.SizeBytes };
        if (isWritten == true)
            return; // looked at again when its writer is done
        var look = file.Look();
        if (look.Key(capture.SourcePath!) != capture.SourceKey
            && (look.SizeBytes != capture.SizeBytes || await FrameCopy.HashAsync(file, look, cancellationToken) != capture.Sha256))
        {
            if (file.Look() == look)
                await guards.LoseAsync(capture, OriginalState.Replaced, "was written over while nothing guarded it");
            return;
        }

        if (capture.FileLostAt is not null)
            await catalogue.Ledger.ApplyAsync(new Fact.FileFound(capture.Id, look.ModifiedNs, look.Inode), cancellationToken);
        if (lease is null || guards.IsFull)
            await guards.CopyAsync([guard], OriginalCopied.Unguarded, cancellationToken);
        else
            guards.Keep(capture.Id, guard.Handed());
    }

    /// <summary>
    /// Its folder is there and was looked through, and it is not in it. Where the folder is away, or watched no more, that is no evidence
    /// (law 5).
    /// </summary>
    private async Task<bool> IsGoneAsync(CaptureRecord capture, CancellationToken cancellationToken)
    {
        if (Watched(capture) is not { } watched || await watched.Adoption.FindAsync(cancellationToken) is null
            || OriginalsRound.TryLook(watched.Folder) is not { } there || !watched.Adoption.IsThere(there) || !progress.IsIdle)
        {
            return false;
        }

        return !_missing.Add(capture.Id); // seen so before: whoever watches has had time to find it under another name
    }

    /// <summary>Where the watch saw a frame's file last, as it was taken; null when it is not there.</summary>
    private string? TryFind(CaptureRecord capture)
    {
        if (Watched(capture) is not { } watched || capture.SourcePath is not { } place || watched.Folder.WholePathOf(place) is not { } path)
            return null;
        try
        {
            return watched.Folder.Look(place)?.Key(place) == capture.SourceKey ? path : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private WatchedFolder? Watched(CaptureRecord capture) => folders.All.FirstOrDefault(f => f.Name == capture.Source);

    private void Link(CaptureRecord capture, string target)
    {
        var path = root.Resolve(capture.Path);
        DurableFile.CreateDirectory(Path.GetDirectoryName(path)!);
        LinkedFile.Make(path, SessionFolder.Temporaries(Path.GetDirectoryName(path)!), target, overwrite: true);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The file of capture {Capture} cannot be looked at; it is tried again. {Reason}")]
    private partial void NotLookedAt(CaptureId capture, string reason);
}
