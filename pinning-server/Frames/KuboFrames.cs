using Microsoft.Extensions.Logging;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>
/// Frames in a Kubo daemon, which is given our blocks by <c>dag/import</c> and asked offline, so that it answers from its own store.
/// Directories are kept in our own block store, since a pin of theirs must not reach for the frames that they list, and are given to the
/// daemon as well.
/// </summary>
/// <remarks>
/// A daemon has one pin a CID, whoever asked for it. What we pin there is written down first; it is unpinned by <see cref="CollectAsync"/>,
/// once no row wants it. The blocks go with the daemon's own collection, which is its operator's business.
/// </remarks>
internal sealed partial class KuboFrames(
    BlockStore store, KuboClient kubo, KuboDurability durability, KuboPinTable pinned, EmbeddedFrames directories, ILogger<KuboFrames> log)
    : IFrameStore
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Held while a pin is taken from the daemon, so that nobody begins to want it meanwhile.
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<Cid, int> _onTheWay = [];

    public IBlockSource Blocks { get; } = new KuboSource(store, kubo.Blocks);

    public IBlockSource With(BlockBatch batch) => new KuboSource(batch, kubo.Blocks);

    public async Task<string?> TroubleAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await durability.TroubleAsync(patience.Token);
        }
        catch (Exception e) when (e is RemoteException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return $"Uploads are refused: {(e is RemoteException ? e.Message : $"{kubo.Name} does not answer.")}";
        }
    }

    public Task<Flushing> FlushingAsync(CancellationToken cancellationToken) => durability.FlushingAsync(cancellationToken);

    public async Task<IDisposable> KeepAsync(
        BlockBatch batch, Pin pin, List<BlockInfo> covered, IReadOnlyDictionary<Cid, int> received, CancellationToken cancellationToken)
    {
        var wanted = pin.Scope == PinScope.Dag ? [pin.Cid] : covered.ConvertAll(b => b.Cid);
        var lease = await HoldAsync(wanted, cancellationToken);
        try
        {
            await pinned.AddAsync(wanted, cancellationToken);
            // All of it, what was here already included: the daemon may be collecting just now.
            await ImportAsync(pin, covered, With(batch), cancellationToken);
            if (pin.Scope == PinScope.Directory)
                await KeepDirectoryAsync(batch, pin, covered, received, cancellationToken);
            else
                await store.NoteAsync(pin.Id, PinNote.Of(pin), cancellationToken);
            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    public async Task ClaimAsync(Pin pin, IReadOnlyList<Cid> covered, CancellationToken cancellationToken)
    {
        if (pin.Scope == PinScope.Directory)
        {
            await directories.ClaimAsync(pin, covered, cancellationToken);
            return;
        }

        using var lease = await HoldAsync([pin.Cid], cancellationToken);
        await pinned.AddAsync([pin.Cid], cancellationToken);
        await kubo.Pins.AddAsync(pin.Cid, PinMode.Recursive, cancellationToken: cancellationToken);
        await store.NoteAsync(pin.Id, PinNote.Of(pin), cancellationToken);
    }

    public Task<IReadOnlyList<Cid>> ListAsync(Pin pin, CancellationToken cancellationToken) =>
        pin.Scope == PinScope.Directory ? directories.ListAsync(pin, cancellationToken) : Remains.ListAsync(Blocks, pin, cancellationToken);

    public Task DropAsync(string id, CancellationToken cancellationToken) => directories.DropAsync(id, cancellationToken);

    public Task<IReadOnlyDictionary<string, bool>> ClaimsAsync(CancellationToken cancellationToken) =>
        directories.ClaimsAsync(cancellationToken);

    public Task NoteAsync(Pin pin, CancellationToken cancellationToken) => directories.NoteAsync(pin, cancellationToken);

    public Task<Pin?> RecallAsync(string id, CancellationToken cancellationToken) => directories.RecallAsync(id, cancellationToken);

    // A frame's blocks are the daemon's, which keeps what it keeps; it is asked to pin again once all are there.
    public Task ReclaimAsync(Pin pin, CancellationToken cancellationToken) =>
        pin.Scope == PinScope.Directory ? directories.ReclaimAsync(pin, cancellationToken) : Task.CompletedTask;

    public async Task<IReadOnlyList<string>> UnclaimedAsync(
        IReadOnlyDictionary<string, bool> claims, IEnumerable<string> settled, CancellationToken cancellationToken)
    {
        var promised = settled.ToHashSet(StringComparer.Ordinal);
        HashSet<Multihash> there;
        try
        {
            there = await kubo.Pins.ListAsync(PinMode.Recursive, cancellationToken).Select(p => p.Cid.Hash)
                .ToHashSetAsync(null, cancellationToken);
        }
        catch (RemoteException e)
        {
            NotCompared(e.Message);
            return [];
        }

        return [.. (await pinned.PromisedAsync(cancellationToken))
            .Where(p => promised.Contains(p.Id) && !(p.Scope == PinScope.Dag ? there.Contains(p.Cid.Hash) : claims.ContainsKey(p.Id)))
            .Select(p => p.Id)];
    }

    public async Task<CollectionResult> CollectAsync(CancellationToken cancellationToken)
    {
        foreach (var cid in await pinned.UnwantedAsync(cancellationToken))
            await UnpinAsync(cid, cancellationToken);
        return await directories.CollectAsync(cancellationToken);
    }

    private async Task UnpinAsync(Cid cid, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (IsOnTheWay(cid) || (await store.PinsAsync(cid: cid, cancellationToken: cancellationToken)).Count > 0
                || !(await pinned.UnwantedAsync(cancellationToken)).Contains(cid))
            {
                return;
            }

            await kubo.Pins.RemoveAsync(cid, cancellationToken);
            await pinned.RemoveAsync(cid, cancellationToken);
            Unpinned(cid.ToString());
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task ImportAsync(Pin pin, List<BlockInfo> covered, IBlockSource source, CancellationToken cancellationToken)
    {
        bool whole = pin.Scope == PinScope.Dag;
        var roots = await kubo.Dag.ImportAsync(
            CarWriter.LengthOf([pin.Cid], covered),
            (stream, cancellationToken) => CarWriter.WriteAsync(stream, [pin.Cid],
                source.BlocksAsync(covered.Select(b => b.Cid), cancellationToken), cancellationToken),
            pinRoots: whole, cancellationToken);
        if (!whole)
        {
            foreach (var block in covered)
                await PinDirectAsync(block.Cid, cancellationToken);
            return;
        }

        if (roots.Count != 1 || roots[0].Cid.Hash != pin.Cid.Hash || roots[0].PinError.Length > 0)
        {
            string said = roots.Count != 1 ? $"{roots.Count} roots" : $"{roots[0].Cid} {roots[0].PinError}";
            throw new RemoteException(kubo.Name, RemoteFailure.Malformed, $"was given {pin.Cid} to pin and answers with {said}.");
        }
    }

    private async Task PinDirectAsync(Cid cid, CancellationToken cancellationToken)
    {
        try
        {
            await kubo.Pins.AddAsync(cid, PinMode.Direct, cancellationToken: cancellationToken);
        }
        catch (KuboException) when (!cancellationToken.IsCancellationRequested)
        {
            // A recursive pin, of a frame that is equal to this small file, keeps it as well.
            if (await kubo.Pins.FindAsync(cid, cancellationToken) is null)
                throw;
        }
    }

    private async Task KeepDirectoryAsync(
        BlockBatch batch, Pin pin, List<BlockInfo> covered, IReadOnlyDictionary<Cid, int> received, CancellationToken cancellationToken)
    {
        await foreach (var block in kubo.Blocks.BlocksAsync(
            covered.Select(b => b.Cid).Where(c => !received.ContainsKey(c)), cancellationToken))
        {
            await batch.PutAsync(block, cancellationToken);
        }

        using var kept = await directories.KeepAsync(batch, pin, covered,
            covered.ToDictionary(b => b.Cid, b => b.Length), cancellationToken);
    }

    private async Task<IDisposable> HoldAsync(IReadOnlyList<Cid> cids, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        lock (_lock)
        {
            foreach (var cid in cids)
                _onTheWay[cid] = _onTheWay.GetValueOrDefault(cid) + 1;
        }

        _gate.Release();
        return new Lease(this, cids);
    }

    private void LetGo(IReadOnlyList<Cid> cids)
    {
        lock (_lock)
        {
            foreach (var cid in cids)
            {
                if (--_onTheWay[cid] == 0)
                    _onTheWay.Remove(cid);
            }
        }
    }

    private bool IsOnTheWay(Cid cid)
    {
        lock (_lock)
            return _onTheWay.ContainsKey(cid);
    }

    private sealed class Lease(KuboFrames frames, IReadOnlyList<Cid> cids) : IDisposable
    {
        public void Dispose() => frames.LetGo(cids);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The daemon's pins were not compared with what was promised: {Reason}")]
    private partial void NotCompared(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Nobody pins {Cid} any more; it was unpinned in the daemon")]
    private partial void Unpinned(string cid);
}
