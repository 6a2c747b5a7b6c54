using System.Collections.Concurrent;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Ops;

/// <summary>
/// The one door to a frame's bytes, wherever they are: this node, what was fetched before, the destinations of every kind, gateways. The
/// destinations (<see cref="ICopySource"/>) come from the container.
/// </summary>
public sealed class FrameRetrieval : IAsyncDisposable
{
    private const int Twins = 20;

    // A place that did not answer is asked last for so long. Otherwise fetching a night would wait for its time-out with every frame.
    private static readonly TimeSpan AfterSilence = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _silent = new();
    private readonly TimeProvider _time;

    private readonly Catalogue _catalogue;
    private readonly FrameQuery _frames;
    private readonly OwnFile _file;
    private readonly OwnBlocks _blocks;
    private readonly FetchedStore _fetched;
    private readonly IReadOnlyList<ICopySource> _destinations;
    private readonly PublicGateways _gateways;

    /// <summary>Made by the container; nothing is opened before it is asked for.</summary>
    public FrameRetrieval(
        Catalogue catalogue, StorageRoot root, DataFolder data, FrameQuery frames, FetchedStore fetched,
        IEnumerable<ICopySource> destinations,
        WandaOptions options, TimeProvider time)
    {
        (_catalogue, _frames, _fetched, _destinations, _time) = (catalogue, frames, fetched, [.. destinations], time);
        (_file, _blocks, _gateways) = (new OwnFile(root), new OwnBlocks(data, time), new PublicGateways(options, time));
    }

    /// <summary>What an operator means by a CID, or by what <see cref="FrameQuery.FindAsync"/> takes.</summary>
    /// <exception cref="NotHereException">No frame is called so, and it is no CID.</exception>
    /// <exception cref="OpsException">It fits several frames, or the frame was discarded.</exception>
    public async Task<WantedFrame> FindAsync(string what, CancellationToken cancellationToken)
    {
        if (!Cid.TryParse(what, out var cid))
            return Present((await _frames.FindAsync(what, cancellationToken)).Capture);
        var twins = await _catalogue.Captures.FindByCidAsync(cid.ToString(), Twins, cancellationToken);
        return twins.Count == 0
            ? new WantedFrame(null, cid)
            : Present(twins.OrderBy(c => c.DiscardedAt is not null).ThenBy(c => c.ReleasedAt is not null).First());
    }

    /// <summary>Its bytes, as a stream; where they are is looked for when they are read.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="keep">Whether to keep what is fetched for the next time.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="beforeFetching">
    /// Called before a place other than this node is asked; what it throws ends the reading. Null: nobody minds.
    /// </param>
    public async Task<RetrievedFrame> OpenAsync(
        WantedFrame frame, bool keep, CancellationToken cancellationToken, Action? beforeFetching = null)
    {
        var sources = new List<FrameSource>();
        if (frame.Cid is not null)
            sources.Add(new BlocksOf(_blocks, isHere: true));
        if (frame.Capture is { ReleasedAt: null })
            sources.Add(_file);
        if (frame.Cid is null)
            return Frame(null);
        sources.Add(new BlocksOf(_fetched, isHere: true));
        var keeper = keep ? await _fetched.BeginAsync(frame, cancellationToken) : null;
        sources.AddRange((await ElsewhereAsync(frame.Capture?.Id.ToString(), cancellationToken))
            .Select(s => new BlocksOf(beforeFetching is null ? s : new WatchedSource(s, beforeFetching), isHere: false, keeper)));
        return Frame(keeper);

        RetrievedFrame Frame(FetchedBlocks? keeper) => new(frame, sources, keeper, name => _silent[name] = _time.GetUtcNow());
    }

    /// <summary>The node's own block store.</summary>
    internal OwnBlocks Own => _blocks;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _blocks.DisposeAsync();
        _gateways.Dispose();
    }

    /// <summary>
    /// The destinations and gateways, in the order to be asked: those that answer first, and of them those that have proven it. One that is
    /// paused or silent is asked last, and asked: an operator wants it now.
    /// </summary>
    /// <param name="subject">The capture's id or the session's name; null when it is not known.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal async Task<IEnumerable<ICopySource>> ElsewhereAsync(string? subject, CancellationToken cancellationToken)
    {
        var paused = (await _catalogue.Destinations.ListAsync(cancellationToken)).Where(d => d.State == DestinationState.Paused)
            .Select(d => d.Name).ToHashSet();
        var proven = subject is null
            ? []
            : (await _catalogue.Custody.ProofsOfAsync(subject, cancellationToken)).Select(p => p.Destination).ToHashSet();
        return _destinations.OrderBy(d => paused.Contains(d.Name) || IsSilent(d.Name)).ThenBy(d => !proven.Contains(d.Name))
            .Concat(_gateways.All);
    }

    private bool IsSilent(string name) => _silent.TryGetValue(name, out var at) && _time.GetUtcNow() - at < AfterSilence;

    private static WantedFrame Present(CaptureRecord capture) => capture.DiscardedAt is { } at
        ? throw new OpsException($"{capture.Session}/{capture.Number} was discarded, {at:u} by {capture.DiscardedBy}: "
            + $"{capture.DiscardReason}. Nothing brings it back.")
        : WantedFrame.Of(capture);
}
