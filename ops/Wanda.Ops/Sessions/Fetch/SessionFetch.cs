using Files.Shared;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Ops;

/// <summary>
/// Brings a session back as a folder with its original names, byte by byte, in the folders that they lay in. Each frame comes through
/// <see cref="FrameRetrieval"/>, every block verified against its CID; the whole is compared with the SHA-256 that was computed when the
/// frame was saved.
/// </summary>
public sealed class SessionFetch(Catalogue catalogue, FrameRetrieval retrieval)
{
    /// <summary>Frames at once: a far destination answers one block a round trip.</summary>
    private const int AtOnce = 4;

    /// <summary>Fetches. Stopped anywhere, the same call goes on: whole files are kept, half ones are continued.</summary>
    /// <param name="session">The session's name.</param>
    /// <param name="folder">Where to; made when missing. A different file of a frame's name is left alone and reported.</param>
    /// <param name="progress">Told of each file that is whole; null for nobody.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="NotHereException">There is no such session.</exception>
    public async Task<FetchReport> RunAsync(
        string session, string folder, IProgress<FetchProgress>? progress, CancellationToken cancellationToken)
    {
        if (!SessionName.IsValid(session)
            || await catalogue.Sessions.FindAsync(new SessionName(session), cancellationToken) is not { } record)
        {
            throw new NotHereException($"No session is called '{session}'. 'wanda session ls' lists them.");
        }

        folder = Path.GetFullPath(folder);
        DurableFile.CreateDirectory(folder);
        var all = await catalogue.Captures.OfSessionAsync(record.Name, cancellationToken);
        var paths = FetchPaths.Of(all);
        var frames = all.Where(c => c.DiscardedAt is null).ToList();
        var total = frames.Sum(f => f.SizeBytes);
        var results = new FetchedFrame[frames.Count];
        using var target = TargetFolder.At(folder);
        var fetch = new FrameFetch(retrieval, target);
        await Parallel.ForEachAsync(Enumerable.Range(0, frames.Count),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (i, stop) =>
            {
                results[i] = await fetch.RunAsync(frames[i], paths[frames[i].Id], stop);
                progress?.Report(new FetchProgress(results[i].Missing is null ? frames[i].SizeBytes : 0, total));
            });
        var missing = results.Select(r => r.Missing).OfType<MissingFrame>().ToList();
        var metadata = FetchPaths.MetadataBeside(frames.Select(f => paths[f.Id])).ToString();
        if (await WriteMetadataAsync(record, all, Path.Combine(folder, metadata), cancellationToken) is { } problem)
            missing.Add(problem);
        return new FetchReport
        {
            Session = session,
            Folder = folder,
            Frames = frames.Count,
            FromHere = results.Count(r => r.From == FetchedFrom.Here),
            FromDestinations = results.Count(r => r.From == FetchedFrom.Destination),
            FetchedBytes = results.Sum(r => r.FetchedBytes),
            AlreadyThere = results.Count(r => r.From == FetchedFrom.Folder),
            Missing = missing,
            Tried = [.. results.Where(r => r.Missing is null).SelectMany(r => r.Tried).Where(t => !t.IsHere).DistinctBy(t => t.Source)],
        };
    }

    // The session's own metadata.json may be replaced by a newer one; anybody else's file of that name may not.
    private static async Task<MissingFrame?> WriteMetadataAsync(
        SessionRecord session, IReadOnlyList<CaptureRecord> captures, string path, CancellationToken cancellationToken)
    {
        if (File.Exists(path) && !await IsOfAsync(path, session.Name, cancellationToken))
            return new MissingFrame(Path.GetFileName(path), "the folder holds another one, which was left alone");
        await DurableFile.WriteAsync(path, overwrite: true,
            file => file.WriteAsync(SessionMetadata.Of(session, captures).ToBytes(), cancellationToken).AsTask(), cancellationToken);
        return null;
    }

    private static async Task<bool> IsOfAsync(string path, SessionName session, CancellationToken cancellationToken)
    {
        const long MaxBytes = 64 << 20;
        try
        {
            await using var file = File.OpenRead(path);
            if (file.Length > MaxBytes)
                return false;
            using var json = await System.Text.Json.JsonDocument.ParseAsync(file, cancellationToken: cancellationToken);
            return json.RootElement.TryGetProperty("name", out var name) && name.GetString() == session.Value;
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
