using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>How far a session's way out is, in the words of the WANDA app's page.</summary>
/// <param name="Enabled">Always: a node computes CIDs whatever else it does.</param>
/// <param name="SessionCid">The directory of its newest archive; null before the first.</param>
/// <param name="ImagesUploaded">Frames that a destination has proven.</param>
/// <param name="ImagesPending">The others that are not lost.</param>
/// <param name="UploadProgressPercent">The first of both together, 0 to 100; 100 of nothing.</param>
/// <param name="IpnsName">The node's name; null while it has none.</param>
/// <param name="LastIpnsUpdate">When a record of it was signed last, UTC.</param>
public sealed record SessionIpfs(
    bool Enabled, string? SessionCid, int ImagesUploaded, int ImagesPending, int UploadProgressPercent, string? IpnsName,
    DateTimeOffset? LastIpnsUpdate);

/// <summary>One run of a session.</summary>
/// <param name="Session">Our name for it.</param>
/// <param name="StartedAt">When its first frame was asked for, UTC.</param>
/// <param name="EndedAt">When it ended, UTC; null while it is open.</param>
/// <param name="TotalImages">Its frames.</param>
/// <param name="Ipfs">How far it is.</param>
/// <param name="Images">Its newest frames, at most <see cref="SessionIpfsQuery.MostImages"/>.</param>
public sealed record SessionRun(
    string Session, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, int TotalImages, SessionIpfs Ipfs,
    IReadOnlyList<CaptureView> Images);

/// <summary>Reads sessions by the name that the WANDA app's user gave them, which may be that of several runs.</summary>
internal sealed class SessionIpfsQuery(Catalogue catalogue, WandaOptions options)
{
    /// <summary>The most frames of a run that are told of.</summary>
    public const int MostImages = 500;

    private const int MostRuns = 20;

    /// <summary>The newest run of that name, or the newest session when there is no name.</summary>
    public async Task<SessionIpfs> NewestAsync(string? name, CancellationToken cancellationToken) => Of(
        await catalogue.Reports.NewestRunAsync(string.IsNullOrEmpty(name) ? null : name, options.IsDemo, cancellationToken),
        await NameAsync(cancellationToken));

    /// <summary>All runs of a name, newest first, at most 20.</summary>
    /// <exception cref="NotHereException">There is none.</exception>
    public async Task<IReadOnlyList<SessionRun>> RunsAsync(string name, CancellationToken cancellationToken)
    {
        var rows = await catalogue.Reports.RunsAsync(name, options.IsDemo, cancellationToken);
        if (rows.Count == 0)
            throw new NotHereException($"No session is called '{name}'.");
        var ipns = await NameAsync(cancellationToken);
        var runs = new List<SessionRun>();
        foreach (var row in rows.Take(MostRuns))
        {
            var frames = await catalogue.Reports.FramesAsync(
                FrameFilter.All, row.Session.Name, before: null, MostImages, options.IsDemo, cancellationToken);
            runs.Add(new SessionRun(row.Session.Name.Value, row.Session.StartedAt, row.Session.EndedAt, row.Counts.Frames, Of(row, ipns),
                [.. frames.Where(f => f.Capture is { Kind: CaptureKind.Frame, DiscardedAt: null })
                    .Select(f => CaptureView.Of(f, options.Release.Copies))]));
        }

        return runs;
    }

    private static SessionIpfs Of(SessionRow? row, IpnsState? ipns)
    {
        var counts = row?.Counts ?? new CustodyCounts();
        var (uploaded, all) = (counts.Safe + counts.Expired, counts.Frames - counts.Lost);
        return new SessionIpfs(true, row?.Session.DirectoryCid, uploaded, Math.Max(0, all - uploaded),
            all > 0 ? Math.Min(100, 100 * uploaded / all) : 100, ipns?.Name, ipns?.SignedAt);
    }

    private async Task<IpnsState?> NameAsync(CancellationToken cancellationToken) =>
        (await catalogue.Node.NamesAsync(cancellationToken)).MaxBy(n => n.SignedAt);
}
