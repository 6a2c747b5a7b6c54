using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Wanda.Imaging;

namespace Wanda.CaptureProducer.Watch;

/// <summary>
/// Finds the frames that another program leaves in a folder, each once it is complete: length and time have not changed for a while, nobody
/// holds it open for writing, and header and length agree. Only reads; never touches a file. One enumeration at a time.
/// </summary>
/// <param name="options">Folder and patience.</param>
/// <param name="time">The clock that it waits with; the wall clock is never compared with a file's time.</param>
/// <param name="logger">Is told once when the folder vanishes, when it returns, and of a file that cannot be read.</param>
/// <exception cref="ArgumentException">An option is outside its range.</exception>
public sealed partial class FolderWatcher(FolderWatchOptions options, TimeProvider time, ILogger<FolderWatcher> logger)
{
    private readonly FolderWatchOptions _options = options.Validated();
    private readonly Dictionary<string, Observation> _pending = [];
    private readonly Fingerprints _settled = new();
    private bool _folderMissing;
    private volatile bool _looked;

    /// <summary>Whether the folder was there at the last look.</summary>
    public bool IsFolderPresent => !_folderMissing;

    /// <summary>Files that were seen and are not complete yet, or not taken yet, at the last look.</summary>
    public int PendingFiles => _pending.Count;

    /// <summary>Whether the folder was looked through and every file in it was taken.</summary>
    public bool IsIdle => _looked && PendingFiles == 0;

    /// <summary>Gives every complete file, those that are there already first, oldest first; ends only with the token.</summary>
    /// <param name="isKnown">
    /// Asked once for each state of a file (path, length, time) whether the caller has it already; then it is not given. What was given
    /// once is not given again as long as this object lives.
    /// </param>
    /// <param name="cancellationToken">Ends the watch with <see cref="OperationCanceledException"/>.</param>
    public async IAsyncEnumerable<WatchedFile> WatchAsync(
        Func<WatchedFile, CancellationToken, ValueTask<bool>>? isKnown = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            foreach (var file in await LookAsync(isKnown, cancellationToken))
            {
                yield return file;
                // Execution comes back here when the caller asks for the next file. Only then has it finished with this one.
                _pending.Remove(file.Path);
                _settled.Add(file);
            }

            _looked = true;

            await Task.Delay(_options.Interval, time, cancellationToken);
        }
    }

    /// <summary>One look: brings the observations up to date, and returns the files that are ready.</summary>
    private async Task<List<WatchedFile>> LookAsync(
        Func<WatchedFile, CancellationToken, ValueTask<bool>>? isKnown, CancellationToken cancellationToken)
    {
        var ready = new List<WatchedFile>();
        var seen = new HashSet<string>();
        foreach (var file in Scan())
        {
            seen.Add(file.Path);
            if (await ObserveAsync(file, isKnown, cancellationToken) is { } complete)
                ready.Add(complete);
        }

        foreach (var gone in _pending.Keys.Where(path => !seen.Contains(path)).ToList())
            _pending.Remove(gone);
        return [.. ready.OrderBy(f => f.ModifiedAt).ThenBy(f => f.Path, StringComparer.Ordinal)];
    }

    private async Task<WatchedFile?> ObserveAsync(
        WatchedFile file, Func<WatchedFile, CancellationToken, ValueTask<bool>>? isKnown, CancellationToken cancellationToken)
    {
        if (!_pending.TryGetValue(file.Path, out var observation) || observation.Length != file.Length
            || observation.ModifiedAt != file.ModifiedAt)
        {
            if (isKnown is not null && await isKnown(file, cancellationToken))
            {
                _settled.Add(file);
                return null;
            }

            _pending[file.Path] = observation = new Observation(file.Length, file.ModifiedAt, time.GetTimestamp());
        }

        var quiet = time.GetElapsedTime(observation.Since);
        if (quiet < _options.QuietTime)
            return null;
        try
        {
            using (var handle = File.OpenHandle(file.Path, share: FileShare.ReadWrite | FileShare.Delete))
            {
                if (OpenForWriting.By(handle) == true && quiet < _options.QuietTimeDoubtful)
                    return null;
            }

            var inspection = await FrameFile.InspectAsync(file.Path, cancellationToken);
            // Between the scan and the inspection it may have grown: the next look begins anew.
            return inspection.Length == file.Length && quiet >= QuietTimeFor(inspection.Completeness)
                ? file with { Inspection = inspection }
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!observation.Reported && File.Exists(file.Path))
                LogUnreadable(file.Path, e.Message);
            _pending[file.Path] = observation with { Reported = true };
            return null;
        }
    }

    private TimeSpan QuietTimeFor(FrameCompleteness completeness) => completeness switch
    {
        FrameCompleteness.Complete => _options.QuietTime,
        FrameCompleteness.Unknown => _options.QuietTimeUnknown,
        _ => _options.QuietTimeDoubtful,
    };

    // A folder that is not there (an unmounted disk, a share that went away) is waited for; what is known of its files is kept.
    private List<WatchedFile> Scan()
    {
        try
        {
            List<WatchedFile> files = [.. FolderScan.Files(_options, _settled)];
            if (_folderMissing)
                LogReturned(_options.Folder);
            _folderMissing = false;
            return files;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_folderMissing)
                LogMissing(_options.Folder, e.Message);
            _folderMissing = true;
            return [];
        }
    }

    private sealed record Observation(long Length, DateTimeOffset ModifiedAt, long Since, bool Reported = false);

    [LoggerMessage(LogLevel.Warning, "The watched folder {Folder} cannot be read and is waited for: {Reason}")]
    private partial void LogMissing(string folder, string reason);

    [LoggerMessage(LogLevel.Information, "The watched folder {Folder} is there again")]
    private partial void LogReturned(string folder);

    [LoggerMessage(LogLevel.Warning, "{File} in the watched folder cannot be read, it is tried again: {Reason}")]
    private partial void LogUnreadable(string file, string reason);
}
