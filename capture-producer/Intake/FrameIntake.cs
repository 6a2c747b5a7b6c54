using Files.Shared;
using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.CaptureProducer;

/// <summary>
/// The one way in for a frame (law 1). When <see cref="SaveAsync"/> returns, the bytes are on disk under their final name, the catalogue
/// row is committed, and <see cref="CaptureSaved"/> is in the queue, or the reconciler will put it there.
/// </summary>
internal sealed partial class FrameIntake(
    Catalogue catalogue, StorageRoot root, StoredNames names, InPlaceGuards guards, ClockTrust clock, JournalWriter journal,
    Announcer announcer, WandaOptions options, TimeProvider time, ILogger<FrameIntake> log)
{
    private long _others;

    /// <summary>For how long no frame came that is no import's.</summary>
    public TimeSpan SinceOthers => Volatile.Read(ref _others) is var at and not 0 ? time.GetElapsedTime(at) : TimeSpan.MaxValue;

    public async Task<CaptureRecord> SaveAsync(NewFrame frame, CancellationToken cancellationToken)
    {
        if (!ImportRecord.IsSource(frame.Source))
            Volatile.Write(ref _others, time.GetTimestamp());
        await root.EnsurePresentAsync(cancellationToken);
        var folder = root.FolderOf(frame.Session);
        DurableFile.CreateDirectory(folder);
        using var guard = TryHold(frame, SessionFolder.Temporaries(folder));
        EnsureRoom(guard is null ? frame.SizeBytes : 0);
        var path = Path.Combine(folder, await names.GiveAsync(frame.Session, frame.FileName, cancellationToken));

        FrameFacts? facts = null;
        try
        {
            if (guard is not null)
            {
                facts = await NewAsync(frame, await frame.Lies!.Read(cancellationToken), cancellationToken);
                LinkTo(frame.Lies, path);
            }
            else
            {
                await DurableFile.WriteApartAsync(path, SessionFolder.Temporaries(folder), overwrite: false, async stream =>
                    facts = await NewAsync(frame, await frame.Write(stream, cancellationToken), cancellationToken), cancellationToken);
            }
        }
        catch (KnownAlreadyException e)
        {
            return e.Capture;
        }

        // From here on the frame is on disk for good: nobody's cancellation may stop its row, or it would lie there unknown until the next
        // start.
        var record = await RecordAsync(frame, path, facts!, isInPlace: guard is not null);
        if (root.Resolve(record.Path) != path)
            DurableFile.Delete(path); // Taken before, under another name: this is a second copy of it.
        else if (guard is not null)
            guards.Keep(record.Id, guard.Handed());
        await AnnounceAsync(record);
        return record;
    }

    /// <summary>A guard for a file that can be the frame where it lies; null where it is copied, or its extents are shared.</summary>
    private Guard? TryHold(NewFrame frame, string temporaries)
    {
        if (frame is not { IsAdopted: true, Lies: { } lies })
            return null;
        Directory.CreateDirectory(temporaries);
        return Reflink.CanClone(lies.File.Handle, temporaries) ? null : guards.TryHold(lies);
    }

    /// <exception cref="KnownAlreadyException">It is a capture already.</exception>
    private async Task<FrameFacts> NewAsync(NewFrame frame, FrameFacts facts, CancellationToken cancellationToken) =>
        frame.FindKnown is { } find && await find(facts, cancellationToken) is { } known
            && await IdentifyAsync(known, frame, facts) is { } taken
            ? throw new KnownAlreadyException(taken)
            : facts;

    /// <summary>
    /// Law 1 for what another program wrote, and may not have synced: its bytes and the names that lead to it are on disk, and then the
    /// link.
    /// </summary>
    private static void LinkTo(LyingFile lies, string path)
    {
        RandomAccess.FlushToDisk(lies.File.Handle);
        var top = Path.TrimEndingDirectorySeparator(Path.GetFullPath(lies.Root));
        for (var at = Path.GetDirectoryName(lies.Path)!; ; at = Path.GetDirectoryName(at)!)
        {
            DurableFile.SyncFolder(at);
            if (at.Length <= top.Length)
                break;
        }

        LinkedFile.Make(path, SessionFolder.Temporaries(Path.GetDirectoryName(path)!), lies.Path, overwrite: false);
    }

    /// <summary>Takes a frame that lies under its final name already, whose row a crash prevented.</summary>
    /// <param name="session">Its session.</param>
    /// <param name="path">Where it lies.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="facts">What was read of it.</param>
    /// <param name="number">The number that it was given before the crash; 0 for the next free one.</param>
    public async Task<CaptureRecord> AdoptAsync(SessionName session, string path, CaptureKind kind, FrameFacts facts, int number)
    {
        var frame = new NewFrame
        {
            Session = session,
            Number = number,
            FileName = Path.GetFileName(path),
            Kind = kind,
            Source = CaptureRecord.Recovered,
            Write = null!,
        };
        var record = await RecordAsync(frame, path, facts);
        await AnnounceAsync(record);
        return record;
    }

    /// <summary>
    /// The file that an adopted frame was a copy of is found: the frame has its name, folder and kind from now on. Null when it was another
    /// file's copy.
    /// </summary>
    private async Task<CaptureRecord?> IdentifyAsync(CaptureRecord known, NewFrame frame, FrameFacts facts)
    {
        if (known.Source != CaptureRecord.Recovered)
            return known;
        var record = await catalogue.Ledger.ApplyAsync(new Fact.Identified(known with
        {
            Kind = frame.Kind,
            PartOf = frame.PartOf,
            FileName = frame.FileName,
            OriginalName = frame.OriginalName,
            Folder = frame.Folder,
            Source = frame.Source,
            SourceKey = frame.SourceKey,
            SourcePath = frame.SourcePath,
            Original = frame.IsAdopted ? OriginalState.Here : null,
            TakenAt = facts.TakenAt ?? known.TakenAt,
            Metadata = facts.Metadata,
        }), CancellationToken.None);
        if (record is not null)
            await WriteLineAsync(record);
        return record;
    }

    /// <summary>Checks that a file of this size can be taken some day. Holes count: they are copied as zeros.</summary>
    /// <exception cref="StorageFullException">It is larger than the disk.</exception>
    public void EnsureCanFit(long bytes)
    {
        if (bytes > root.TotalBytes - options.Storage.Floor.Bytes)
            throw new StorageFullException(new(bytes, root.TotalBytes, options.Storage.Floor.Bytes)) { IsForGood = true };
    }

    private async Task<CaptureRecord> RecordAsync(NewFrame frame, string path, FrameFacts facts, bool isInPlace = false)
    {
        // Of what was read: the path may lead to another version by now, which the guard has yet to notice.
        var identity = isInPlace && frame.Lies is { Look: var look }
            ? new FileIdentity(look.SizeBytes, look.ModifiedNs, look.Inode)
            : FileIdentity.Of(path) ?? throw new FileNotFoundException($"{path} vanished right after it was saved.", path);
        var now = time.GetUtcNow();
        return await AddAsync(new CaptureRecord
        {
            Id = CaptureId.New(time),
            Session = frame.Session,
            Number = frame.Number,
            Kind = frame.Kind,
            PartOf = frame.PartOf,
            FileName = frame.FileName,
            OriginalName = frame.OriginalName,
            Folder = frame.Folder,
            Path = Path.GetRelativePath(root.Path, path).Replace(Path.DirectorySeparatorChar, '/'),
            SizeBytes = identity.SizeBytes,
            ModifiedNs = identity.ModifiedNs,
            Inode = identity.Inode,
            Sha256 = facts.Sha256,
            Format = Path.GetExtension(path).TrimStart('.').ToLowerInvariant(),
            Source = frame.Source,
            SourceKey = frame.SourceKey,
            SourcePath = frame.SourcePath,
            Original = isInPlace ? OriginalState.InPlace : frame.IsAdopted ? OriginalState.Here : null,
            TakenAt = facts.TakenAt ?? now,
            SavedAt = now,
            ClockTrusted = await clock.ProblemAsync(CancellationToken.None) is null,
            Metadata = facts.Metadata,
        }, path);
    }

    private async Task<CaptureRecord> AddAsync(CaptureRecord capture, string path)
    {
        try
        {
            return await catalogue.Ledger.ApplyAsync(new Fact.Saved(capture), CancellationToken.None);
        }
        catch when (capture.SourceKey is not null)
        {
            // A copy of a watched file: its original is taken again later, so this copy is deleted, or it would become a second capture at
            // the next start. An exposure has no original: its file stays, and is recovered at the next start. The copy stays as well when
            // the catalogue has a row for it after all.
            if (await catalogue.Captures.FindByPathAsync(capture.Path, CancellationToken.None) is null)
                DurableFile.Delete(path);
            throw;
        }
    }

    private async Task AnnounceAsync(CaptureRecord record)
    {
        await WriteLineAsync(record);
        await announcer.TryPublishAsync(record.ToSaved());
    }

    private async Task WriteLineAsync(CaptureRecord record)
    {
        try
        {
            await journal.WriteAsync(record.Session, CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StorageRootException)
        {
            // The frame is saved, and the journal is the catalogue's second copy: one line less in it does not make a capture fail.
            NotInJournal(e, record.Session, record.FileName);
        }
    }

    private void EnsureRoom(long bytes)
    {
        var (free, floor) = (root.FreeBytes, options.Storage.Floor);
        if (free < floor.Bytes)
            throw new StorageFullException(new(bytes, free, floor.Bytes));
        EnsureCanFit(bytes);
        if (bytes > free - floor.Bytes)
            throw new StorageFullException(new(bytes, free, floor.Bytes));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Frame {Session}/{File} is saved, but not in its session's journal.")]
    private partial void NotInJournal(Exception e, SessionName session, string file);
}

/// <summary>There is no room for another frame (law 6). Nothing was written.</summary>
internal sealed class StorageFullException(RoomDetail detail)
    : IOException($"It has {new ByteSize(detail.File)}, and of {new ByteSize(detail.Room)} storage.floor ({new ByteSize(detail.Floor)}) "
        + "stays free.")
{
    /// <summary>The figures.</summary>
    public RoomDetail Detail => detail;

    /// <summary>Whether there will never be: it is larger than the disk.</summary>
    public bool IsForGood { get; init; }
}

/// <summary>The bytes that were just written are a capture already.</summary>
internal sealed class KnownAlreadyException(CaptureRecord capture) : Exception
{
    /// <summary>It.</summary>
    public CaptureRecord Capture => capture;
}
