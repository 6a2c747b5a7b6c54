using Microsoft.Extensions.Logging;
using Wanda.CaptureProducer.Folders;
using Wanda.CaptureProducer.Gate;
using Wanda.CaptureProducer.Watch;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Hosting;

namespace Wanda.CaptureProducer;

/// <summary>
/// The files of a watched folder. Each is copied at once: the other program may overwrite its own. Which session a frame goes into is
/// <see cref="WatchedSessions"/>' to say.
/// </summary>
internal sealed partial class WatchRun(
    FolderWatchOptions options, SourceFolder folder, FileGate gate, SourceAccount account, StorageRoot root, TimeProvider time,
    ILoggerFactory logs) : IFileTaker
{
    // So many of what the operator leaves out show that the patterns do what they should; the list has room for the rest.
    private const int MaxLeftOut = 1000;

    private readonly HashSet<RawName> _leftOut = [];
    private readonly ILogger _log = logs.CreateLogger<WatchRun>();
    private FolderWatcher? _watcher;

    /// <summary>Whether every file that was found is taken.</summary>
    public bool IsIdle => Volatile.Read(ref _watcher) is { IsIdle: true };

    /// <summary>Takes files as they become complete, until the process stops.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await account.OpenAsync(cancellationToken);
        using var watcher = new FolderWatcher(options, folder, this, time, logs.CreateLogger<FolderWatcher>());
        Volatile.Write(ref _watcher, watcher);
        await watcher.RunAsync(cancellationToken);
    }

    Task<bool> IFileTaker.KnowsAsync(WatchedFile file, CancellationToken cancellationToken) => gate.KnowsAsync(file, cancellationToken);

    async Task<bool> IFileTaker.LeavesOutAsync(RawName path, EntryKind kind, long bytes, CancellationToken cancellationToken)
    {
        if (kind == EntryKind.File && await gate.IsOwnAsync(path, cancellationToken))
            return true;
        if (gate.ReasonAgainst(path, kind) is not { } refusal)
            return false;
        if (_leftOut.Contains(path) || (_leftOut.Count < MaxLeftOut && _leftOut.Add(path)))
            await account.RefuseAsync(path, refusal, bytes, cancellationToken);
        return true;
    }

    async Task<TakeAnswer> IFileTaker.TakeAsync(WatchedFile file, CancellationToken cancellationToken)
    {
        for (var waits = 0; ; waits++)
        {
            try
            {
                return await gate.TakeAsync(file, cancellationToken);
            }
            catch (StorageRootException e)
            {
                var delay = Backoff.Delay(waits);
                NothingIsTaken(file.Path, delay, e.Message);
                await account.ReportAsync(SourceState.Waiting, new(SourceCode.Storage, e.Message), cancellationToken);
                await Task.Delay(delay, time, cancellationToken);
            }
        }
    }

    Task IFileTaker.RefuseAsync(RawName path, Refusal refusal, long bytes, CancellationToken cancellationToken) =>
        account.RefuseAsync(path, refusal, bytes, cancellationToken);

    Task IFileTaker.SettleAsync(RawName path, CancellationToken cancellationToken) => account.SettleAsync(path, cancellationToken);

    async Task IFileTaker.SettleGoneAsync(CancellationToken cancellationToken) =>
        await account.SettleGoneAsync(IsGone, cancellationToken);

    Task IFileTaker.MissedAsync(int versions, bool exactly, CancellationToken cancellationToken) =>
        account.MissedAsync(versions, exactly, cancellationToken);

    async Task IFileTaker.LookedAsync(string? problem, CancellationToken cancellationToken)
    {
        var trouble = problem is null ? await TroubleAsync(cancellationToken) : new SourceTrouble(SourceCode.Folder, problem);
        await account.ReportAsync(trouble is null ? SourceState.Running : SourceState.Waiting, trouble, cancellationToken);
    }

    private bool IsGone(RawName path)
    {
        try
        {
            return folder.Look(path) is null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // it cannot be told
        }
    }

    /// <summary>Why nothing that comes could be taken now.</summary>
    private async Task<SourceTrouble?> TroubleAsync(CancellationToken cancellationToken)
    {
        try
        {
            await root.EnsurePresentAsync(cancellationToken);
            return PosixCalls.WhyNotWritable(root.Path) is { } reason
                ? new(SourceCode.StorageReadOnly, reason)
                : null;
        }
        catch (Exception e) when (e is StorageRootException or IOException or UnauthorizedAccessException)
        {
            return new(SourceCode.Storage, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Error,
        Message = "{Path} is not taken, nor is anything behind it; the next try is in {Delay}. {Reason}")]
    private partial void NothingIsTaken(RawName path, TimeSpan delay, string reason);
}
