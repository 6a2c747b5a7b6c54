using Microsoft.Extensions.Logging;
using Wanda.CaptureProducer.Folders;
using Wanda.Catalog;
using Wanda.Contracts;

namespace Wanda.CaptureProducer.Watch;

/// <summary>
/// Finds the files that another program leaves in a folder, each once it is complete: its look has not changed for a while, nobody holds it
/// open for writing, and header and length agree. Only reads; never touches a file. The kernel's events tell what to look at; where there
/// are none, or some were lost, everything is looked at again and again.
/// </summary>
/// <param name="options">Folder and patience.</param>
/// <param name="folder">The same folder.</param>
/// <param name="taker">Is given the files, and told of what is not taken.</param>
/// <param name="time">The clock that it waits with; the wall clock is never compared with a file's time.</param>
/// <param name="log">Is told once when the folder vanishes, and when it returns.</param>
/// <exception cref="ArgumentException">An option is outside its range.</exception>
internal sealed partial class FolderWatcher(
    FolderWatchOptions options, SourceFolder folder, IFileTaker taker, TimeProvider time, ILogger<FolderWatcher> log) : IDisposable
{
    // Also with events a whole look now and then: what changes through a mapping, or at once with the start of the watch, makes none.
    private static readonly TimeSpan WholeLook = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    private readonly FolderWatchOptions _options = options.Validated();
    private readonly PendingFiles _files = new(options, folder, taker, time);
    private readonly Dictionary<uint, Observation> _renamed = [];
    private FolderEvents? _events;
    private long? _lookedWhole;
    private FileLook? _root;
    private string? _problem;
    private volatile bool _idle;

    /// <summary>Whether the folder was there at the last look.</summary>
    public bool IsFolderPresent => _problem is null;

    /// <summary>Files that were seen and are not complete yet, or not taken yet, at the last look.</summary>
    public int PendingFiles => _files.Count;

    /// <summary>Whether the folder was looked through and every file in it was taken.</summary>
    public bool IsIdle => _idle;

    /// <summary>Gives every complete file to the taker, what comes in before what was there, oldest first; ends with the token.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await LookAsync(cancellationToken);
            var ready = _problem is null ? await _files.ReadyAsync(cancellationToken) : [];
            var started = time.GetTimestamp();
            foreach (var file in ready)
            {
                await _files.TakeAsync(file, cancellationToken);
                // A long backlog does not hold up what has come meanwhile.
                if (file.IsBacklog && time.GetElapsedTime(started) >= _options.Interval)
                    break;
            }

            _idle = _problem is null && _files is { Count: 0, HasMore: false };
            var goesOn = _files.WantsMore || _files.IsCut || ready.Any(file => file.IsBacklog && _files.Contains(file.Path));
            if (_problem is not null || !goesOn)
                await WaitAsync(cancellationToken);
        }
    }

    public void Dispose() => _events?.Dispose();

    /// <summary>Brings the observations up to date: from events, or by looking at everything.</summary>
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var root = folder.RootLook();
            var events = _events?.Take() ?? [];
            if (events.Any(e => e.Kind == FolderEventKind.OtherDisk) || (_root is { } before && IsOther(before, root)))
            {
                LookAnew();
                _files.Forget();
            }

            _root = root;
            if (_lookedWhole is not { } last || !_files.SeesEach || _files.WantsMore || time.GetElapsedTime(last) >= WholeLook
                || events.Any(e => e.Kind == FolderEventKind.LookAgain))
            {
                await LookAtAllAsync(cancellationToken);
            }

            foreach (var e in events)
                await TryApplyAsync(e, cancellationToken);
            await _files.MissAsync(_renamed.Values.Count(o => o.IsVersion), cancellationToken);
            _renamed.Clear();
            if (_problem is not null)
                LogReturned(_options.Folder);
            _problem = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder that is not there (an unmounted disk, a share that went away) is waited for; what is known of its files is kept.
            if (_problem is null)
                LogMissing(_options.Folder, e.Message);
            _problem = e.Message;
            LookAnew();
        }

        await taker.LookedAsync(_problem, cancellationToken);
    }

    /// <summary>Whether another disk is mounted there now, or the folder was made anew.</summary>
    private bool IsOther(FileLook before, FileLook root) =>
        (before.Inode, before.BornNs) != (root.Inode, root.BornNs) || (_problem is not null && root.BornNs == 0);

    private void LookAnew()
    {
        _events?.Dispose();
        _events = null;
        _lookedWhole = null;
    }

    private async Task LookAtAllAsync(CancellationToken cancellationToken)
    {
        if (_events is null)
        {
            _events = _options.Events ? FolderEvents.TryStart(folder) : null;
            _files.SeesEach = _events is not null;
        }

        _files.BeginLook();
        await LookAtFolderAsync(null, isBacklog: _lookedWhole is null, cancellationToken);
        _lookedWhole = time.GetTimestamp();
        await taker.SettleGoneAsync(cancellationToken);
    }

    /// <summary>Looks at a folder and those below it.</summary>
    private async Task LookAtFolderAsync(RawName? from, bool isBacklog, CancellationToken cancellationToken)
    {
        var folders = new Stack<RawName?>([from]);
        var isOwn = _options.Own.Now();
        while (folders.TryPop(out var at))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (at is not null && folder.Look(at) is { } look && isOwn(look))
            {
                await taker.RefuseAsync(at, new(RefusalCode.OwnFolder), 0, cancellationToken);
                continue;
            }

            // Watched before it is read, so that nothing comes in between. When the system has no watches left it is looked instead.
            if (_events?.TryAdd(at) == false)
                _files.SeesEach = false;
            try
            {
                var entries = folder.Entries(at);
                if (at is not null)
                    await taker.SettleAsync(at, cancellationToken);
                foreach (var entry in entries)
                {
                    if (entry.Look is { Kind: EntryKind.Folder } && IsFollowed(entry.Path))
                        folders.Push(entry.Path);
                    else
                        await SeeAsync(entry, isBacklog, isTold: false, cancellationToken);
                }
            }
            catch (Exception e) when (at is not null && e is IOException or UnauthorizedAccessException)
            {
                if (e is not FileNotFoundException)
                    await RefuseAsync(at!, EntryKind.Folder, new(RefusalCode.NotLookedInto, e.Message), cancellationToken);
            }
        }
    }

    private bool IsFollowed(RawName folder) => _options.IncludeSubfolders && UnfinishedNames.Reason(folder) is null;

    private Task SeeAsync(FolderEntry entry, bool isBacklog, bool isTold, CancellationToken cancellationToken) => entry.Look switch
    {
        null => RefuseAsync(entry.Path, entry.Kind, entry.Problem!.Value, cancellationToken),
        { Kind: EntryKind.Folder } when !_options.IncludeSubfolders => Task.CompletedTask, // none of ours, as configured
        { } look => _files.SeeAsync(entry.Path, look, isBacklog, isTold, cancellationToken),
    };

    private async Task RefuseAsync(RawName path, EntryKind kind, Refusal refusal, CancellationToken cancellationToken)
    {
        if (!await taker.LeavesOutAsync(path, kind, 0, cancellationToken))
            await taker.RefuseAsync(path, refusal, 0, cancellationToken);
    }

    private async Task TryApplyAsync(FolderEvent e, CancellationToken cancellationToken)
    {
        try
        {
            await ApplyAsync(e, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Its folder was closed since, or its place on the disk is damaged; the next whole look decides.
            await RefuseAsync(e.Path!, EntryKind.File, new(RefusalCode.NotLookedAt, error.Message), cancellationToken);
        }
    }

    private async Task ApplyAsync(FolderEvent e, CancellationToken cancellationToken)
    {
        if (e.Path is not { } path)
            return;
        switch (e.Kind)
        {
            case FolderEventKind.MovedFrom:
                if (await _files.RemoveAsync(path, cancellationToken) is { } renamed)
                    _renamed[e.Cookie] = renamed;
                break;
            case FolderEventKind.Removed:
                await _files.MissAsync(
                    await _files.RemoveAsync(path, cancellationToken) is { IsVersion: true } ? 1 : 0, cancellationToken);
                break;
            case FolderEventKind.Written or FolderEventKind.MovedTo:
                _renamed.Remove(e.Cookie);
                await _files.WrittenAsync(path, e.Kind == FolderEventKind.MovedTo, cancellationToken);
                break;
            case FolderEventKind.Changed when e.IsFolder && IsFollowed(path):
                await LookAtFolderAsync(path, isBacklog: false, cancellationToken);
                break;
            case FolderEventKind.Changed when folder.Look(path) is { } look:
                await SeeAsync(new FolderEntry(path, look), isBacklog: false, isTold: true, cancellationToken);
                break;
        }
    }

    /// <summary>Until something happened, or it is time to look whether something has.</summary>
    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var isQuiet = _files is { SeesEach: true, Count: 0 } && _problem is null;
        var delay = Task.Delay(isQuiet && _options.Interval < Idle ? Idle : _options.Interval, time, enough.Token);
        await Task.WhenAny(delay, _events?.ArrivedAsync() ?? delay);
        await enough.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    [LoggerMessage(LogLevel.Warning, "The watched folder {Folder} cannot be read and is waited for: {Reason}")]
    private partial void LogMissing(string folder, string reason);

    [LoggerMessage(LogLevel.Information, "The watched folder {Folder} is there again")]
    private partial void LogReturned(string folder);
}
