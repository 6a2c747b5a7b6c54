using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Hosting;
using Wanda.SocketIO;

namespace Wanda.Ops.Live;

/// <summary>When a session is whole elsewhere, and when the node's name leads to something new.</summary>
internal sealed class SessionEvents(Catalogue catalogue, WandaOptions options)
{
    private const int MostRemembered = 1_000;

    private readonly Dictionary<string, string> _synced = [];
    private Dictionary<string, DateTimeOffset?> _names = [];

    /// <summary>What is so by now is no news.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        _synced.Clear();
        _names = (await catalogue.Node.NamesAsync(cancellationToken)).ToDictionary(n => n.Name, n => n.PublishedAt);
    }

    /// <summary>What came of some lines of the timelines.</summary>
    public async Task<IReadOnlyList<SocketIOEvent>> AfterAsync(IReadOnlyList<CustodyEvent> lines, CancellationToken cancellationToken)
    {
        List<SocketIOEvent> events = [];
        HashSet<SessionName> touched = [];
        foreach (var line in lines.Where(l => l.Kind == EventKind.Proven))
        {
            // The last proof that a session waited for may be of a frame, or of its directory.
            if (CaptureId.TryParse(line.Subject, out var id) && await catalogue.Captures.FindAsync(id, cancellationToken) is { } capture)
                touched.Add(capture.Session);
            else if (SessionName.IsValid(line.Subject))
                touched.Add(new SessionName(line.Subject));
        }

        foreach (var name in touched)
        {
            if (await SyncedAsync(name, cancellationToken) is { } synced)
                events.Add(synced);
        }

        foreach (var state in await catalogue.Node.NamesAsync(cancellationToken))
        {
            if (state.PublishedAt is { } at && _names.GetValueOrDefault(state.Name) != at)
            {
                events.Add(SocketIOEvent.Create(
                    "ipfs_ipns_updated", new { ipns_name = state.Name, resolves_to = state.RootCid, updated_at = at }));
            }

            _names[state.Name] = state.PublishedAt;
        }

        return events;
    }

    /// <summary>All its frames are safe, and its directory, which has all of them, is too. Told once for each such directory.</summary>
    private async Task<SocketIOEvent?> SyncedAsync(SessionName name, CancellationToken cancellationToken)
    {
        if (await catalogue.Reports.SessionAsync(name, options.IsDemo, cancellationToken) is not
            {
                Session: { DirectoryCid: { } cid, ArchivedFrames: var archived, Label: var label }, Counts: var counts,
                ArchiveSafeOn: not null,
            }
            || archived < counts.Frames + counts.Others || counts.Safe < counts.Frames || counts.OthersOnlyHere > 0
            || _synced.GetValueOrDefault(name.Value) == cid)
        {
            return null;
        }

        if (_synced.Count >= MostRemembered)
            _synced.Clear();
        _synced[name.Value] = cid;
        return SocketIOEvent.Create("ipfs_session_synced", new
        {
            session_name = label,
            session_cid = cid,
            total_images = counts.Frames,
            total_size_bytes = counts.Bytes,
        });
    }
}
