using Microsoft.Extensions.Logging;
using Wanda.CaptureProducer.Folders;
using Wanda.CaptureProducer.Originals;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.CaptureProducer.Beside;

/// <summary>
/// Writes the lists of CIDs into the runs' folders below one watched folder: each with its session's archive, not after every frame. What
/// is wrong with one folder stays with it, is told, and is tried again now and then.
/// </summary>
internal sealed partial class CidListRound(Catalogue catalogue, TimeProvider time, ILogger<CidListRound> log)
{
    private const int ReadOnly = 30; // EROFS
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(10);

    // By source: what is known of each run's folder.
    private readonly Dictionary<string, Dictionary<RawName, Known>> _known = [];

    /// <summary>Looks at one watched folder's. One round of a folder at a time.</summary>
    public async Task RunAsync(WatchedFolder watched, CancellationToken cancellationToken)
    {
        if (watched.Folder is not PosixFolder folder || !IsThere(folder))
            return;
        Dictionary<RawName, Known> known;
        lock (_known)
            known = _known.TryGetValue(watched.Name, out var before) ? before : _known[watched.Name] = [];
        var sessions = await catalogue.Sessions.ListAsync(cancellationToken);
        foreach (var runs in sessions.Where(s => s.Source == watched.Name && s is { Folder: not null, DirectoryCid: not null })
                     .GroupBy(s => s.Folder!))
        {
            var told = CidList.Told(runs);
            IReadOnlyList<string?> archives = [.. told.Select(s => s.DirectoryCid)];
            if (!known.TryGetValue(runs.Key, out var last) || !last.Archives.SequenceEqual(archives) || last.Due <= time.GetTimestamp())
                known[runs.Key] = await TryAsync(folder, watched.Name, runs.Key, told, archives, cancellationToken);
        }

        await TellAsync(watched.Name, known, cancellationToken);
    }

    private async Task<Known> TryAsync(PosixFolder folder, string source, RawName run, IReadOnlyList<SessionRecord> told,
        IReadOnlyList<string?> archives, CancellationToken cancellationToken)
    {
        try
        {
            return await CidListFile.WriteAsync(folder, run, archives, MakeAsync, cancellationToken) switch
            {
                CidListAnswer.There => new(archives, long.MaxValue),
                CidListAnswer.NoFolder => new(archives, Later()),
                _ => new(archives, Later(), CidListReason.Foreign),
            };
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException { HResult: ReadOnly })
        {
            return new(archives, Later(), CidListReason.NotAllowed, e.Message);
        }
        catch (IOException e)
        {
            return new(archives, Later(), CidListReason.Failed, e.Message);
        }

        async Task<CidList> MakeAsync(CancellationToken cancellationToken)
        {
            var withCaptures = new List<(SessionRecord, IReadOnlyList<CaptureRecord>)>();
            foreach (var session in told)
                withCaptures.Add((session, await catalogue.Captures.OfSessionAsync(session.Name, cancellationToken)));
            Written(source, run);
            return CidList.Of(withCaptures);
        }
    }

    /// <summary>What is wrong is on record for the screens; it keeps the time at which it began.</summary>
    private async Task TellAsync(string source, Dictionary<RawName, Known> known, CancellationToken cancellationToken)
    {
        var before = (await catalogue.Node.CidListTroublesAsync(cancellationToken)).GetValueOrDefault(source) ?? [];
        CidListTrouble[] now =
        [
            .. known.Where(k => k.Value.Reason is not null).GroupBy(k => k.Value.Reason!.Value).OrderBy(g => g.Key).Select(group =>
            {
                var (folder, first) = group.OrderBy(k => $"{k.Key}", StringComparer.Ordinal).First();
                return new CidListTrouble(group.Key, group.Count(), $"{folder}", first.Detail,
                    before.FirstOrDefault(t => t.Reason == group.Key)?.Since ?? time.GetUtcNow());
            }),
        ];
        if (now.SequenceEqual(before))
            return;
        foreach (var trouble in now.ExceptBy(before.Select(t => t.Reason), t => t.Reason))
            NotWritten(source, trouble.Folders, trouble.Folder, trouble.Reason, trouble.Detail);
        await catalogue.Node.StoreCidListTroublesAsync(source, now, cancellationToken);
    }

    private long Later() => time.GetTimestamp() + (long)(Again.TotalSeconds * time.TimestampFrequency);

    private static bool IsThere(SourceFolder folder)
    {
        try
        {
            _ = folder.RootLook();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // it is waited for, and whoever watches it says so
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Source}: the list of CIDs in {Folder} is made anew.")]
    private partial void Written(string source, RawName folder);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Source}: no metadata.json is written into {Folders} folder(s), as {Folder} ({Reason}); it is tried again. {Detail}")]
    private partial void NotWritten(string source, int folders, string folder, CidListReason reason, string detail);

    /// <summary>What is known of a run's folder.</summary>
    /// <param name="Archives">The archives that its list was made with, or was to be.</param>
    /// <param name="Due">When it is looked at again although they are the same, a timestamp.</param>
    /// <param name="Reason">Why there is none.</param>
    /// <param name="Detail">What the system said.</param>
    private sealed record Known(IReadOnlyList<string?> Archives, long Due, CidListReason? Reason = null, string Detail = "");
}
