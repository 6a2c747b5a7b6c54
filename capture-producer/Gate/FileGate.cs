using Wanda.CaptureProducer.Beside;
using Wanda.CaptureProducer.Folders;
using Wanda.CaptureProducer.Kinds;
using Wanda.CaptureProducer.Originals;
using Wanda.CaptureProducer.Watch;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Gate;

/// <summary>
/// The gate for the files of one watched folder (law 1): a file at rest is taken as a capture, is one already, or is refused with its
/// reason. Whatever goes wrong with a file stays with it (law 8).
/// </summary>
internal sealed class FileGate(
    string source, WatchOptions watch, SourceFolder folder, SourceClaims claims, Adoption adoption, FrameIntake intake,
    WatchedSessions sessions, ActiveSessions active, Catalogue catalogue, TimeProvider time, bool isImport = false)
{
    private static readonly TimeSpan MostBetweenVersions = TimeSpan.FromMinutes(15);

    private readonly FileSorter _sorter = new(folder, catalogue);
    private bool _hasWatched;

    /// <summary>Whether a file is a capture already, as far as its look tells.</summary>
    public async Task<bool> KnowsAsync(WatchedFile file, CancellationToken cancellationToken) =>
        await FindAsync(file, cancellationToken) is not null;

    /// <summary>The capture that a file is already, as far as its look tells.</summary>
    public async Task<CaptureRecord?> FindAsync(WatchedFile file, CancellationToken cancellationToken) =>
        file.Look.IsWeak ? null : await claims.FindAsync(folder, file.Path, file.Look, cancellationToken);

    /// <summary>Why the operator's patterns leave something out; null when they do not.</summary>
    public Refusal? ReasonAgainst(RawName path, EntryKind kind) => FileFilter.ReasonAgainst(watch, path, kind);

    /// <summary>Whether it is a file of ours beside another program's: no capture, and none that is listed as left out.</summary>
    public Task<bool> IsOwnAsync(RawName path, CancellationToken cancellationToken) => CidListFile.IsAsync(folder, path, cancellationToken);

    /// <summary>Takes a file.</summary>
    /// <exception cref="StorageRootException">The storage is not there: nothing can be taken.</exception>
    public async Task<TakeAnswer> TakeAsync(WatchedFile file, CancellationToken cancellationToken)
    {
        try
        {
            if (await IsOwnAsync(file.Path, cancellationToken))
                return TakeAnswer.Known;
            intake.EnsureCanFit(file.Look.SizeBytes); // before it is read: a hole of a terabyte is read for an hour
            using var opened = folder.Open(file.Path);
            return opened.Look() == file.Look ? await TakeAsync(file, opened, cancellationToken) : TakeAnswer.Changed;
        }
        catch (FileNotFoundException)
        {
            return TakeAnswer.Changed;
        }
        catch (StorageFullException e)
        {
            return e.IsForGood
                ? TakeAnswer.Refused(new(RefusalCode.TooLarge, $"{e.Detail}"))
                : TakeAnswer.Refused(new(RefusalCode.NoRoom, $"{e.Detail}"), Backoff.Delay(file.Failures));
        }
        catch (Exception e) when (e is not (StorageRootException or OperationCanceledException))
        {
            return TakeAnswer.Refused(new(RefusalCode.Failed, e.Message), Backoff.Delay(file.Failures));
        }
    }

    private async Task<TakeAnswer> TakeAsync(WatchedFile file, OpenedFile opened, CancellationToken cancellationToken)
    {
        // Of files that were there before, most were taken under another look when any was: a disk that was mounted anew. They are read
        // without being copied first, and so are those of an import, of which any may be a capture.
        if (isImport || (file.IsBacklog
            && (_hasWatched = _hasWatched || await catalogue.Captures.HasWatchedAsync(cancellationToken))))
        {
            if (await FrameCopy.HashAsync(opened, file.Look, cancellationToken) is not { } sha256)
                return TakeAnswer.Changed;
            if (await claims.FindAsync(source, folder, file.Path, file.Look, sha256, cancellationToken)
                is { Source: not CaptureRecord.Recovered })
            {
                return TakeAnswer.Known;
            }
        }

        var (name, below) = FileSorter.Split(file.Path);
        var (kind, reading) = await ReadAsync(opened, file, name, cancellationToken);
        var session = await sessions.OfAsync(file, reading.TakenAt, cancellationToken);
        // A copied folder's frames go into the nights that their headers tell; what lies beside them tells none.
        var owner = kind == CaptureKind.Sidecar && !sessions.IsReport(file.Path)
            ? await _sorter.FrameOfAsync(session, source, below, name, cancellationToken)
            : null;
        session = owner?.Session ?? session;
        // An import takes each file once, and a run of years ago is over, whatever its last word was.
        if (kind == CaptureKind.Sidecar && !isImport
            && (sessions.UntilRest(file) ?? await UntilNextVersionAsync(session, file.Path, cancellationToken)) is { } wait)
        {
            return TakeAnswer.Later(wait);
        }

        var isChanged = false;
        FrameFacts Facts(string? sha256)
        {
            isChanged = sha256 is null;
            return isChanged
                ? throw new IOException($"{file.Path} was written to while it was read.")
                : new FrameFacts(sha256!, reading.TakenAt, reading.Metadata);
        }

        var frame = new NewFrame
        {
            Session = session,
            FileName = name.ToString(),
            OriginalName = name,
            Folder = below,
            Kind = kind,
            PartOf = owner?.Id,
            SizeBytes = file.Look.SizeBytes,
            Source = source,
            SourceKey = file.Look.Key(file.Path),
            SourcePath = file.Path,
            IsAdopted = await adoption.IncludesAsync(file, kind, cancellationToken),
            Lies = folder.WholePathOf(file.Path) is { } path
                ? new LyingFile(opened, file.Look, path, folder.Root, async cancellationToken =>
                    Facts(await FrameCopy.HashAsync(opened, file.Look, cancellationToken)))
                : null,
            Write = async (target, cancellationToken) =>
                Facts(await FrameCopy.CopyAsync(opened, file.Look, target, cancellationToken)),
            FindKnown = (facts, cancellationToken) =>
                claims.FindAsync(source, folder, file.Path, file.Look, facts.Sha256, cancellationToken),
        };
        try
        {
            await sessions.ToldAsync(file, cancellationToken);
            await active.AddAsync(session, SessionKind.Watched, sessions.IsOver(file.Path, session),
                async cancellationToken => await _sorter.TieAsync(
                    await intake.SaveAsync(frame, cancellationToken), sessions.Tonight, cancellationToken),
                cancellationToken);
            return TakeAnswer.Settled;
        }
        catch (IOException) when (isChanged)
        {
            return TakeAnswer.Changed;
        }
    }

    private async Task<(CaptureKind Kind, FrameReading Reading)> ReadAsync(
        OpenedFile opened, WatchedFile file, RawName name, CancellationToken cancellationToken)
    {
        await using var stream = opened.Read();
        var kind = await _sorter.KindAsync(stream, file.Path, cancellationToken);
        var reading = await FrameReader.ReadAsync(stream, name.ToString(), file.Look.ModifiedAt, time, cancellationToken);
        return (kind, kind == CaptureKind.Sidecar && ApplicationFile.IsNamed(name)
            ? (await ApplicationFile.ReadAsync(opened, time.LocalTimeZone, cancellationToken)).Mark(reading)
            : reading);
    }

    /// <summary>
    /// A log grows all night and is kept whole each time: the more versions of a sidecar there are, the longer the next one waits. Null:
    /// it need not.
    /// </summary>
    private async Task<TimeSpan?> UntilNextVersionAsync(SessionName session, RawName path, CancellationToken cancellationToken)
    {
        var (count, last) = await catalogue.Captures.VersionsAsync(session, source, path, cancellationToken);
        var apart = watch.QuietUnknown * count;
        if (apart > MostBetweenVersions)
            apart = MostBetweenVersions;
        var wait = last + apart - time.GetUtcNow();
        return wait > TimeSpan.Zero && wait <= apart ? wait : null; // longer: the clock was set back
    }
}
