using System.Collections.Concurrent;
using Wanda.CaptureProducer.Folders;
using Wanda.CaptureProducer.Kinds;
using Wanda.CaptureProducer.Watch;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.CaptureProducer;

/// <summary>
/// Which session a file of a watched folder goes into: its night's, or where the operator says so that of the run whose folder it lies in.
/// A run is a folder and the start that its <see cref="ApplicationFile"/> tells; without one it is the folder's night. What was written
/// before that start is an earlier run's: that file is written over by each run, and images of the one before may still wait.
/// </summary>
internal sealed class WatchedSessions(string source, WatchOptions watch, SourceFolder folder, Catalogue catalogue, TimeProvider time)
{
    private const int MaxFolders = 1000; // in mind at once
    private const int MaxName = 60;
    private const int Tries = 5;

    // The coarsest step in which file systems keep times.
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(2);

    // "running" is also what a crash leaves behind, and an exposure may take long.
    private static readonly TimeSpan LongRest = TimeSpan.FromHours(1);

    // Its file is written in place: who reads it at that moment sees nothing, or half of it.
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentDictionary<RawName, Run> _runs = new();
    private readonly Dictionary<RawName, (FileLook Look, ApplicationReport? Report)> _read = [];
    private readonly Dictionary<RawName, (FileLook Look, long Since)> _resting = [];

    /// <summary>The session of what is taken now and lies in no run's folder.</summary>
    public SessionName Tonight => OfNight(time.GetUtcNow());

    /// <summary>The session that a file goes into.</summary>
    public async Task<SessionName> OfAsync(WatchedFile file, DateTimeOffset takenAt, CancellationToken cancellationToken)
    {
        if (watch.SessionsBy != SessionBy.Folder || FileSorter.Split(file.Path).Folder is not { } below)
            return OfNight(takenAt);
        var report = await ReportAsync(below, cancellationToken);
        var written = (file.Look.ModifiedAt ?? takenAt) + Step;
        var startedAt = report?.StartTime <= written
            ? report!.StartTime
            : await LastStartAsync(below, written, takenAt, cancellationToken);
        var night = SessionName.NightOf(startedAt ?? takenAt, time.LocalTimeZone);
        var session = _runs.GetValueOrDefault(below) is { } run && (run.Night, run.StartedAt) == (night, startedAt)
            ? run.Session
            : await catalogue.Ledger.ApplyAsync(
                new Fact.RunSeen(NameOf(night, below), source, below, night, startedAt), cancellationToken);
        Note(below, new Run(
            session, night, startedAt, Tonight, report?.StartTime == startedAt || IsReport(file.Path) ? report : null));
        return session;
    }

    /// <summary>When nobody expects more frames in the session that a file went into.</summary>
    public Func<bool> IsOver(RawName path, SessionName session) =>
        FileSorter.Split(path).Folder is { } below && _runs.TryGetValue(below, out var run) && run.Session == session
            ? () => run.Tonight != Tonight || !_runs.TryGetValue(below, out var now) || now.Session != session
                || now.Report?.Status is not (null or ApplicationReport.Running)
            : () => session != Tonight;

    /// <summary>Whether a file tells of its run.</summary>
    public bool IsReport(RawName path) => watch.SessionsBy == SessionBy.Folder
        && FileSorter.Split(path) is { Folder: not null } split && ApplicationFile.IsNamed(split.Name);

    /// <summary>
    /// How long a file that tells of its run has to rest yet: it is taken when that is over, not after every image. Null: no longer.
    /// </summary>
    public TimeSpan? UntilRest(WatchedFile file)
    {
        if (!IsReport(file.Path) || RunOf(file.Path)?.Report?.Status != ApplicationReport.Running)
            return null;
        if (!_resting.TryGetValue(file.Path, out var seen) || seen.Look != file.Look)
            Bounded(_resting)[file.Path] = seen = (file.Look, time.GetTimestamp());
        var left = LongRest - time.GetElapsedTime(seen.Since);
        return left > TimeSpan.Zero ? left : null;
    }

    /// <summary>A file that tells of its run is taken: what it says is what the session's journal has of it.</summary>
    public async Task ToldAsync(WatchedFile file, CancellationToken cancellationToken)
    {
        _resting.Remove(file.Path);
        if (IsReport(file.Path) && RunOf(file.Path) is { Report: { } report } run)
            await catalogue.Ledger.ApplyAsync(new Fact.RunTold(run.Session, report, IsLast: true), cancellationToken);
    }

    private SessionName OfNight(DateTimeOffset moment) => new($"{SessionName.NightOf(moment, time.LocalTimeZone)}-{watch.SourceName}");

    private Run? RunOf(RawName path) => FileSorter.Split(path).Folder is { } below ? _runs.GetValueOrDefault(below) : null;

    /// <summary>While a run goes on the row alone is told of it, along with the next write.</summary>
    private void Note(RawName below, Run run)
    {
        var before = _runs.GetValueOrDefault(below);
        if (_runs.Count >= MaxFolders)
            _runs.Clear();
        _runs[below] = run;
        if (run.Report is { } report && (before?.Session != run.Session || before.Report != report))
            catalogue.Ledger.ApplyAlong(new Fact.RunTold(run.Session, report, IsLast: false));
    }

    /// <summary>The newest start in a folder that is known and was before a file was written, in the night that it was taken in.</summary>
    private async Task<DateTimeOffset?> LastStartAsync(
        RawName below, DateTimeOffset written, DateTimeOffset takenAt, CancellationToken cancellationToken)
    {
        var night = SessionName.NightOf(takenAt, time.LocalTimeZone);
        return (await catalogue.Sessions.RunsAsync(source, below, cancellationToken))
            .LastOrDefault(run => run.RunAt <= written && SessionName.NightOf(run.RunAt.Value, time.LocalTimeZone) == night)?.RunAt;
    }

    /// <summary>What a folder's file says now; null where there is none, or it says nothing.</summary>
    private async Task<ApplicationReport?> ReportAsync(RawName below, CancellationToken cancellationToken)
    {
        if (ApplicationFile.In(below) is not { } path)
            return null;
        (FileLook Look, ApplicationReport? Report) read = default;
        for (var tries = 0; tries < Tries; tries++)
        {
            try
            {
                using var file = folder.Open(path);
                read = (file.Look(), null);
                if (_read.TryGetValue(below, out var known) && known.Look == read.Look)
                    return known.Report;
                read.Report = (await ApplicationFile.ReadAsync(file, time.LocalTimeZone, cancellationToken)).Report;
                if (read.Report is not null && file.Look() == read.Look)
                    break;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }

            await Task.Delay(BetweenTries, time, cancellationToken);
        }

        Bounded(_read)[below] = read;
        return read.Report;
    }

    /// <summary>
    /// What a run's session is called: by the night, a <c>_</c> that sets it apart from every night's own, and what is safe of the folder.
    /// </summary>
    private static SessionName NameOf(SessionName night, RawName folder)
    {
        var words = string.Concat(folder.ToString().Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'))
            .Split('_', StringSplitOptions.RemoveEmptyEntries);
        var name = string.Join('_', words);
        name = name[..Math.Min(name.Length, MaxName)].Trim('.', '-', '_');
        return new SessionName($"{night}_{(name.Length > 0 ? name : "session")}");
    }

    private static Dictionary<RawName, T> Bounded<T>(Dictionary<RawName, T> kept)
    {
        if (kept.Count >= MaxFolders)
            kept.Clear();
        return kept;
    }

    /// <summary>The run that a folder's last file went into.</summary>
    /// <param name="Session">Its session.</param>
    /// <param name="Night">The night in which it began.</param>
    /// <param name="StartedAt">When, as its program says.</param>
    /// <param name="Tonight">The night's own session then.</param>
    /// <param name="Report">What its program says of it; null where that says nothing, or speaks of a later one.</param>
    private sealed record Run(
        SessionName Session, SessionName Night, DateTimeOffset? StartedAt, SessionName Tonight, ApplicationReport? Report);
}
