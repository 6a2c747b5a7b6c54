using Microsoft.Extensions.Logging;
using Wanda.CaptureProducer.Watch;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Hosting;

namespace Wanda.CaptureProducer;

/// <summary>
/// The frames of a watched folder. Each is copied at once: the other program may overwrite its own. A frame's session is the night it was
/// taken in, noon to noon.
/// </summary>
internal sealed partial class WatchRun(
    WatchOptions options, FolderWatcher watcher, FrameIntake intake, ActiveSessions sessions, Catalogue catalogue,
    TimeProvider time, ILogger<WatchRun> log)
{
    private readonly string _name = options.Name ?? DefaultName(options.Path);
    private int _late;

    /// <summary>Whether every file that was found is taken.</summary>
    public bool IsIdle => watcher.IsIdle && Volatile.Read(ref _late) == 0;

    /// <summary>Takes files as they become complete, until the process stops.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var late = new List<Task>();
        try
        {
            await foreach (var file in watcher.WatchAsync(
                async (f, cancellationToken) => await catalogue.Captures.FindBySourceKeyAsync(Key(f), cancellationToken) is not null,
                cancellationToken))
            {
                if (await TakenAsync(file, 0, cancellationToken))
                    continue;
                // One file that cannot be read (its rights, a bad sector) does not hold up those behind it.
                late.RemoveAll(t => t.IsCompletedSuccessfully);
                late.Add(TakeLaterAsync(file, stop.Token));
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(late).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TakeLaterAsync(WatchedFile file, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _late);
        try
        {
            var failures = 1;
            do
            {
                await Task.Delay(Backoff.Delay(failures), time, cancellationToken);
            }
            while (!await TakenAsync(file, failures++, cancellationToken));
        }
        finally
        {
            Interlocked.Decrement(ref _late);
        }
    }

    /// <summary>
    /// True when the file is taken, or is no longer there to take; false when this file is to be tried again. Waits while nothing can be
    /// taken.
    /// </summary>
    private async Task<bool> TakenAsync(WatchedFile file, int failures, CancellationToken cancellationToken)
    {
        for (var waits = 0; ; waits++)
        {
            try
            {
                await TakeAsync(file, cancellationToken);
                return true;
            }
            catch (Exception e) when (e is StorageFullException or StorageRootException)
            {
                var delay = Backoff.Delay(waits);
                NothingIsTaken(file.Path, delay, e.Message);
                await Task.Delay(delay, time, cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (!File.Exists(file.Path))
                    return true;
                NotTaken(file.Path, failures + 1, e.Message);
                return false;
            }
        }
    }

    private async Task TakeAsync(WatchedFile file, CancellationToken cancellationToken)
    {
        var session = SessionOf(await TakenAtAsync(file, cancellationToken));
        var frame = new NewFrame
        {
            Session = session,
            FileName = Path.GetFileName(file.Path),
            Source = _name,
            SourceKey = Key(file),
            Write = (target, cancellationToken) => FrameCopy.CopyAsync(file.Path, target, time, cancellationToken),
        };
        await sessions.AddAsync(session, SessionKind.Watched, () => session != SessionOf(time.GetUtcNow()),
            cancellationToken => intake.SaveAsync(frame, cancellationToken), cancellationToken);
    }

    private async Task<DateTimeOffset> TakenAtAsync(WatchedFile file, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete,
            bufferSize: 0, useAsync: true);
        return (await FrameReader.ReadAsync(stream, Path.GetFileName(file.Path), file.ModifiedAt, time, cancellationToken)).TakenAt;
    }

    private SessionName SessionOf(DateTimeOffset moment) => new($"{SessionName.NightOf(moment, time.LocalTimeZone)}-{_name}");

    /// <summary>What tells a file from others and from later versions of itself.</summary>
    private static string Key(WatchedFile file) => $"{file.Path}|{file.Length}|{file.ModifiedAt.UtcTicks}";

    private static string DefaultName(string path)
    {
        var name = Path.GetFileName(Path.GetFullPath(path).TrimEnd(Path.DirectorySeparatorChar)).ToLowerInvariant();
        var safe = new string([.. name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-').Take(40)]).Trim('-');
        return safe.Length > 0 ? safe : "watched";
    }

    [LoggerMessage(Level = LogLevel.Error,
        Message = "{Path} is not taken, nor is anything behind it; the next try is in {Delay}. {Reason}")]
    private partial void NothingIsTaken(string path, TimeSpan delay, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Path} was not taken (try {Try}); it is tried again. {Reason}")]
    private partial void NotTaken(string path, int @try, string reason);
}
