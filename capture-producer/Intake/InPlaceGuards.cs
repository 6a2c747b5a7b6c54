using System.Collections.Concurrent;
using System.Globalization;
using Files.Shared;
using Microsoft.Extensions.Logging;
using Wanda.CaptureProducer.Folders;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.CaptureProducer;

/// <summary>
/// The frames that are not copied: each lies where its program wrote it, and that program may truncate it at any moment. Until a frame is
/// freed it is held under a read lease; who opens it for writing waits until its bytes are copied, and what is renamed, removed or replaced
/// is copied from what is held.
/// </summary>
internal sealed partial class InPlaceGuards(Catalogue catalogue, StorageRoot root, ILogger<InPlaceGuards> log) : IDisposable
{
    // Each takes a descriptor; the rest of the process needs some too.
    private const int Most = 8192, ShareOfDescriptors = 4;

    private readonly ConcurrentDictionary<CaptureId, Guard> _guards = new();

    /// <summary>So many files are guarded at once; what comes then is copied.</summary>
    public int Limit { get; init; } = Math.Min(Most, MostDescriptors() / ShareOfDescriptors);

    /// <summary>The frames that are guarded now.</summary>
    public IReadOnlyCollection<CaptureId> Held => [.. _guards.Keys];

    /// <summary>Whether no more are guarded.</summary>
    public bool IsFull => _guards.Count >= Limit;

    /// <summary>Whether there is a guard for a frame.</summary>
    public bool Holds(CaptureId id) => _guards.ContainsKey(id);

    /// <summary>
    /// Guards a file that is to be a frame where it lies. Null where it has to be copied: no lease (another user's file, a share), a disk
    /// that tells files apart too coarsely or whose writers are not all here, several names, or too many are guarded already.
    /// </summary>
    public Guard? TryHold(LyingFile lies)
    {
        if (lies.Look.IsWeak || lies.Look.Links != 1 || IsFull || !IsLocal(lies.Path))
            return null;
        // Opened once more: it stays open when whoever took it is done.
        var file = Opened(File.OpenHandle(lies.File.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        if (ReadLease.Take(file.Handle).Lease is { } lease)
            return new Guard(file, lease) { Path = lies.Path, SizeBytes = lies.Look.SizeBytes };
        file.Dispose();
        return null;
    }

    /// <summary>An open file as others are.</summary>
    public static OpenedFile Opened(Microsoft.Win32.SafeHandles.SafeFileHandle handle) =>
        new(handle, $"/proc/self/fd/{handle.DangerousGetHandle()}", () => PosixCalls.Look(handle));

    /// <summary>The frame has a row: it is guarded from now on.</summary>
    public void Keep(CaptureId id, Guard guard)
    {
        guard.Id = id;
        if (!_guards.TryAdd(id, guard))
            guard.Dispose(); // taken up by a look meanwhile
    }

    /// <summary>It is freed, discarded, or has a file of its own: nothing is left to guard.</summary>
    public void Drop(CaptureId id)
    {
        if (_guards.TryRemove(id, out var guard))
            guard.Dispose();
    }

    /// <summary>Copies those that a program waits to write to.</summary>
    public Task AnswerAsync(CancellationToken cancellationToken) =>
        CopyAsync(_guards.Values.Where(g => g.IsWanted), OriginalCopied.OpenedForWriting, cancellationToken);

    /// <summary>Those whose path leads elsewhere by now.</summary>
    public IEnumerable<Guard> Moved() => _guards.Values.Where(IsMoved);

    /// <summary>Copies frames that are held, and gives up their guards. What cannot be copied now is tried again.</summary>
    public Task CopyAsync(IEnumerable<Guard> guards, OriginalCopied why, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        guards, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellationToken },
        async (guard, cancellationToken) =>
        {
            if (!guard.TryTake())
                return;
            try
            {
                if (await TryCopyAsync(guard, why, cancellationToken))
                    Drop(guard.Id);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or StorageRootException)
            {
                NotCopied(guard.Path, e.Message); // a program waits for so long as the kernel lets it, 45 s
            }
            finally
            {
                guard.Leave();
            }
        });

    /// <summary>Tells that a frame's bytes are gone from here.</summary>
    /// <param name="capture">The frame.</param>
    /// <param name="state">What became of the file.</param>
    /// <param name="how">In words, as they follow the file's name.</param>
    public async Task LoseAsync(CaptureRecord capture, OriginalState state, string how)
    {
        var original = capture.SourcePath ?? ArchivePaths.OriginalOf(capture); // a newer version may have its place on record
        await catalogue.Ledger.ApplyAsync(
            [new Fact.FileLost(capture.Id, $"its file {original} in {capture.Source} {how}"),
                new Fact.OriginalSettled(capture.Id, state)], CancellationToken.None);
        // After that is on record: a link to another version is no frame's any more.
        LinkedFile.Remove(root.Resolve(capture.Path));
        Lost(capture.Session, capture.Number, original, capture.Source, how);
    }

    public void Dispose()
    {
        foreach (var id in _guards.Keys)
            Drop(id);
    }

    /// <summary>Whether its path leads elsewhere by now, or nowhere.</summary>
    private static bool IsMoved(Guard guard)
    {
        try
        {
            return LinkedFile.IdentityOf(guard.Path)?.File.Inode != guard.File.Look().Inode;
        }
        catch (IOException)
        {
            return false; // its disk does not answer, and what is held would not either
        }
    }

    /// <summary>False when it has to be tried again.</summary>
    private async Task<bool> TryCopyAsync(Guard guard, OriginalCopied why, CancellationToken cancellationToken)
    {
        if (await catalogue.Captures.FindAsync(guard.Id, cancellationToken) is not { ReleasingAt: null, DiscardedAt: null } capture
            || !capture.LiesInPlace())
        {
            return true;
        }

        await root.EnsurePresentAsync(cancellationToken);
        var path = root.Resolve(capture.Path);
        try
        {
            // On disk before its writer goes on (law 1). Whatever room there is may be taken: it is a frame that was saved.
            var temporaries = SessionFolder.Temporaries(Path.GetDirectoryName(path)!);
            await DurableFile.WriteApartAsync(path, temporaries, overwrite: true, async stream =>
            {
                if (await FrameCopy.CopyOutAsync(guard.File, guard.SizeBytes, stream, cancellationToken) != capture.Sha256)
                    throw new OverwrittenException();
            }, cancellationToken);
        }
        catch (OverwrittenException)
        {
            await LoseAsync(capture, OriginalState.Replaced, "was written over before it could be copied");
            return true;
        }

        var own = FileIdentity.Of(path) ?? throw new FileNotFoundException($"{path} vanished right after it was written.", path);
        await catalogue.Ledger.ApplyAsync(new Fact.CopiedOut(capture.Id, own.ModifiedNs, own.Inode, why), CancellationToken.None);
        Copied(capture.Session, capture.Number, why, capture.SourcePath, capture.Source);
        return true;
    }

    /// <summary>
    /// A lease holds up the programs of this machine. On a share, or below a file system that is a program, others may write behind it.
    /// </summary>
    private static bool IsLocal(string path)
    {
        try
        {
            var disk = new DriveInfo(path);
            return disk.DriveType is DriveType.Fixed or DriveType.Removable or DriveType.Ram
                && !disk.DriveFormat.StartsWith("fuse", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>RLIMIT_NOFILE, as the kernel tells it of this process; a usual one where it does not.</summary>
    private static int MostDescriptors()
    {
        const int usual = 1024;
        if (!OperatingSystem.IsLinux())
            return usual;
        var line = File.ReadLines("/proc/self/limits").FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal));
        return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, _, var soft, ..]
            && long.TryParse(soft, CultureInfo.InvariantCulture, out var limit) ? (int)Math.Min(limit, int.MaxValue) : usual;
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Frame {Session}/{Number} has a file of its own now ({Why}): {Original} in {Source} is its program's again.")]
    private partial void Copied(SessionName session, int number, OriginalCopied why, RawName? original, string source);

    [LoggerMessage(Level = LogLevel.Error, Message = "Frame {Session}/{Number} is lost here: {Original} in {Source} {How}.")]
    private partial void Lost(SessionName session, int number, RawName? original, string source, string how);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Path} is a frame, and cannot be copied before its program goes on. {Reason}")]
    private partial void NotCopied(string path, string reason);

    /// <summary>What is held is another version by now.</summary>
    private sealed class OverwrittenException : Exception;
}
