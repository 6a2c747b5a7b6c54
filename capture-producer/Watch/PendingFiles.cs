using Wanda.CaptureProducer.Folders;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Imaging;

namespace Wanda.CaptureProducer.Watch;

/// <summary>
/// The files of a watched folder that are neither taken nor given up, each from the first look at it until it is decided about. Whatever is
/// wrong with one stays with it (law 8).
/// </summary>
internal sealed class PendingFiles(FolderWatchOptions options, SourceFolder folder, IFileTaker taker, TimeProvider time)
{
    // Each of those in mind is opened to be looked at: a backlog of ten thousand would hold up what comes in for seconds.
    private const int MostReady = 256;

    private static readonly TimeSpan UnreadableAgain = TimeSpan.FromMinutes(1);
    private readonly Dictionary<RawName, Observation> _pending = [];
    private readonly Dictionary<RawName, (Observation Seen, long Due)> _later = [];
    private readonly Backlog _backlog = new(options.MostBacklog);
    private Fingerprints _settled = new();

    /// <summary>How many wait: to be at rest, or to be tried again.</summary>
    public int Count => _pending.Count + _later.Count;

    /// <summary>Whether missed versions can be counted one by one; false when they are seen by looking now and then.</summary>
    public bool SeesEach { get; set; }

    /// <summary>Whether files that were there before are left for another look, and those in mind are through.</summary>
    public bool WantsMore => HasMore && !_pending.Values.Any(seen => seen.IsBacklog);

    /// <summary>Whether files that were there before are left for another look.</summary>
    public bool HasMore => _backlog.HasMore;

    /// <summary>Whether the last answer of <see cref="ReadyAsync"/> left out files that were there before: there were enough.</summary>
    public bool IsCut { get; private set; }

    /// <summary>A whole look begins: it finds what the one before left.</summary>
    public void BeginLook() => _backlog.BeginLook(_pending.Where(p => p.Value.IsBacklog).Select(p => (p.Key, p.Value.Look)));

    /// <summary>Whether a file is on its way.</summary>
    public bool Contains(RawName path) => _pending.ContainsKey(path);

    /// <summary>Another disk may be mounted there: what was decided about the files of the one before tells nothing of its.</summary>
    public void Forget() => _settled = new Fingerprints();

    /// <summary>
    /// Something was seen: what is not known yet waits from now on. What was told of, and is no file, is refused whether or not it was
    /// before: where one went and another came, the news of the first one's end settles what was said of the second.
    /// </summary>
    public async Task SeeAsync(RawName path, FileLook look, bool isBacklog, bool isTold, CancellationToken cancellationToken)
    {
        if ((_settled.Contains(path, look) && !(isTold && look.Kind != EntryKind.File)) || _pending.ContainsKey(path)
            || (_later.TryGetValue(path, out var later) && later.Seen.Look == look))
        {
            return;
        }

        isBacklog |= _backlog.HasLeft(path, look);
        if (isBacklog && look.Kind == EntryKind.File && !_backlog.HasPlace(look))
        {
            _backlog.Leave(path, look);
            return;
        }

        _later.Remove(path);
        if (look.Kind == EntryKind.File && await taker.KnowsAsync(new WatchedFile(path, look), cancellationToken))
        {
            await taker.SettleAsync(path, cancellationToken);
            _settled.Add(path, look);
        }
        else if (await taker.LeavesOutAsync(path, look.Kind, look.SizeBytes, cancellationToken))
        {
            _settled.Add(path, look);
        }
        else if (look.Kind != EntryKind.File)
        {
            await taker.RefuseAsync(path, Reason(path, look.Kind), 0, cancellationToken);
            _settled.Add(path, look);
        }
        else
        {
            _pending[path] = new Observation(look, time.GetTimestamp()) { IsBacklog = isBacklog };
            if (isBacklog && _backlog.Keep(path, look) is { } other && _pending.Remove(other, out var left))
                _backlog.Leave(other, left.Look);
        }
    }

    /// <summary>
    /// A file was written to, whatever its look says: file systems keep times coarsely, so its content is read also when its look is known.
    /// </summary>
    public async Task WrittenAsync(RawName path, bool wasMovedHere, CancellationToken cancellationToken)
    {
        if (folder.Look(path) is not { Kind: EntryKind.File } look
            || await taker.LeavesOutAsync(path, look.Kind, look.SizeBytes, cancellationToken))
        {
            return;
        }

        // The event of a version that was gone when it was looked: what was taken is the one that came after it.
        var isOfAnEarlier = wasMovedHere && _settled.Contains(path, look);
        if (_pending.TryGetValue(path, out var before) ? before.IsVersion && before.IsOverwrittenBy(look) : isOfAnEarlier)
            await MissAsync(1, cancellationToken);
        _later.Remove(path);
        var now = time.GetTimestamp();
        var seen = before?.FollowedBy(look, now, wasMovedHere) ?? new Observation(look, now) { WasMovedHere = wasMovedHere };
        _pending[path] = seen with { WasWritten = true };
    }

    /// <summary>A name is gone.</summary>
    /// <returns>What was seen of the file and not taken; null when there was nothing.</returns>
    public async Task<Observation?> RemoveAsync(RawName path, CancellationToken cancellationToken)
    {
        _pending.Remove(path, out var seen);
        _later.Remove(path);
        await taker.SettleAsync(path, cancellationToken);
        return seen;
    }

    /// <summary>Complete versions were gone before they could be taken.</summary>
    public Task MissAsync(int versions, CancellationToken cancellationToken) =>
        versions == 0 ? Task.CompletedTask : taker.MissedAsync(versions, SeesEach, cancellationToken);

    /// <summary>
    /// The files that are complete and at rest: what comes in before what was there, oldest first; of what was there not all at once.
    /// </summary>
    public async Task<IReadOnlyList<WatchedFile>> ReadyAsync(CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        foreach (var (path, (seen, _)) in _later.Where(l => now >= l.Value.Due).ToList())
        {
            _later.Remove(path);
            _pending.TryAdd(path, seen);
        }

        var ready = new List<WatchedFile>();
        IsCut = false;
        foreach (var (path, seen) in _pending.OrderBy(p => p.Value.IsBacklog).ThenBy(p => p.Value.Look.ModifiedNs).ToList())
        {
            if (IsCut = seen.IsBacklog && ready.Count >= MostReady)
                break;
            try
            {
                if (await ConsiderAsync(path, seen, cancellationToken) is { } file)
                    ready.Add(file);
            }
            catch (FileNotFoundException)
            {
                // Gone since the look: the next one sees that.
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                await RefuseAsync(
                    path, seen, TakeAnswer.Refused(new(RefusalCode.Unreadable, e.Message), UnreadableAgain), cancellationToken);
            }
        }

        return [.. ready.OrderBy(f => f.IsBacklog).ThenBy(f => f.Look.ModifiedNs).ThenBy(f => f.Path.ToString(), StringComparer.Ordinal)];
    }

    /// <summary>Gives a file to the taker, unless it has changed since it was ready.</summary>
    public async Task TakeAsync(WatchedFile file, CancellationToken cancellationToken)
    {
        if (!_pending.TryGetValue(file.Path, out var seen) || seen.Look != file.Look)
            return;
        var answer = await taker.TakeAsync(file, cancellationToken);
        if (answer.Refusal is not null)
        {
            await RefuseAsync(file.Path, seen, answer, cancellationToken);
        }
        else if (answer.Again is { } again)
        {
            Postpone(file.Path, seen, again);
        }
        else if (answer.IsSettled)
        {
            _pending.Remove(file.Path);
            _settled.Add(file.Path, file.Look);
            await taker.SettleAsync(file.Path, cancellationToken);
        }
        else
        {
            _pending[file.Path] = seen with { Since = time.GetTimestamp() }; // whether it was overwritten is seen by the next look
        }
    }

    private async Task<WatchedFile?> ConsiderAsync(RawName path, Observation seen, CancellationToken cancellationToken)
    {
        if (folder.Look(path) is not { Kind: EntryKind.File } look)
        {
            await RemoveAsync(path, cancellationToken);
            await MissAsync(seen.IsVersion ? 1 : 0, cancellationToken);
            return null;
        }

        if (look != seen.Look)
        {
            await MissAsync(seen.IsVersion && seen.IsOverwrittenBy(look) ? 1 : 0, cancellationToken);
            _pending[path] = seen = seen.Inspection is null
                ? seen with { Look = look, Since = time.GetTimestamp() }
                : new Observation(look, time.GetTimestamp()) { IsBacklog = seen.IsBacklog };
            if (SeesEach)
                return null; // the event of it is under way, and each is counted once
        }

        var quiet = time.GetElapsedTime(seen.Since);
        if (UnfinishedNames.Reason(path) is { } code)
        {
            // Such a file is soon renamed or gone. One that stays is said.
            if (quiet >= options.QuietTimeDoubtful)
                await RefuseAsync(path, seen, TakeAnswer.Refused(new(code)), cancellationToken);
            return null;
        }

        using var file = folder.Open(path);
        if (file.Look() != look)
            return null;
        if (seen.Inspection is null)
            _pending[path] = seen = await LookIntoAsync(file, seen, cancellationToken);
        return IsReady(seen, quiet, OpenForWriting.By(file.Handle) == true)
            ? new WatchedFile(path, look) { Inspection = seen.Inspection, IsBacklog = seen.IsBacklog, Failures = seen.Failures }
            : null;
    }

    private async Task<Observation> LookIntoAsync(OpenedFile file, Observation seen, CancellationToken cancellationToken)
    {
        var inspected = seen with { Inspection = await FrameFile.InspectAsync(file.Path, cancellationToken) };
        if (inspected.IsVersion && (seen.Replaced > 0 || seen.IsUnsure))
            await taker.MissedAsync(seen.Replaced, SeesEach && !seen.IsUnsure, cancellationToken);
        return inspected with { Replaced = 0, IsUnsure = false };
    }

    private bool IsReady(Observation seen, TimeSpan quiet, bool isBeingWritten) =>
        isBeingWritten ? quiet >= options.QuietTimeDoubtful
        : (seen.WasMovedHere && seen.IsVersion) || quiet >= seen.Inspection!.Completeness switch
        {
            FrameCompleteness.Complete => options.QuietTime,
            FrameCompleteness.Unknown => options.QuietTimeUnknown,
            _ => options.QuietTimeDoubtful,
        };

    private async Task RefuseAsync(RawName path, Observation seen, TakeAnswer answer, CancellationToken cancellationToken)
    {
        if (answer.Again is { } again)
        {
            Postpone(path, seen with { Failures = seen.Failures + 1 }, again);
        }
        else
        {
            _pending.Remove(path);
            _settled.Add(path, seen.Look);
        }

        await taker.RefuseAsync(path, answer.Refusal!.Value, seen.Look.SizeBytes, cancellationToken);
    }

    private void Postpone(RawName path, Observation seen, TimeSpan again)
    {
        _pending.Remove(path);
        _later[path] = (seen, time.GetTimestamp() + (long)(again.TotalSeconds * time.TimestampFrequency));
    }

    private static Refusal Reason(RawName path, EntryKind kind) => new(kind switch
    {
        EntryKind.Folder => UnfinishedNames.Reason(path) ?? RefusalCode.Folder,
        EntryKind.Link => RefusalCode.Link,
        EntryKind.Pipe => RefusalCode.Pipe,
        EntryKind.Socket => RefusalCode.Socket,
        _ => RefusalCode.Device,
    });
}
