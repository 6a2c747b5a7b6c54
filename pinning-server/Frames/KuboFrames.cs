using Microsoft.Extensions.Logging;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>
/// Frames in a Kubo daemon, which is given our blocks by <c>dag/import</c> and asked offline, so that it answers from its own store. Directories
/// are kept in our own block store, since a pin of theirs must not reach for the frames that they list, and are given to the daemon as well.
/// </summary>
/// <remarks>
/// A daemon has one pin a CID, whoever asked for it. What we pin there is written down first; it is unpinned by <see cref="CollectAsync"/>, once
/// no row wants it. The blocks go with the daemon's own collection, which is its operator's business.
/// </remarks>
internal sealed partial class KuboFrames(
    BlockStore store, KuboClient kubo, KuboDurability durability, KuboPinTable pinned, EmbeddedFrames directories, ILogger<KuboFrames> log) : IFrameStore
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Held while a pin is taken from the daemon, so that nobody begins to want it meanwhile.
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<Cid, int> _onTheWay = [];

    public IBlockSource Blocks { get; } = new KuboSource(store, kubo.Blocks);

    public IBlockSource With(BlockBatch batch) => new KuboSource(batch, kubo.Blocks);

    public async Task<string?> TroubleAsync(CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            return await durability.TroubleAsync(patience.Token);
        }
        catch (Exception e) when (e is RemoteException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return $"Uploads are refused: {(e is RemoteException ? e.Message : $"{kubo.Name} does not answer.")}";
        }
    }

    public async Task<IDisposable> KeepAsync(BlockBatch batch, Pin pin, List<BlockInfo> covered, IReadOnlyDictionary<Cid, int> received, CancellationToken ct)
    {
        var wanted = pin.Scope == PinScope.Dag ? [pin.Cid] : covered.ConvertAll(b => b.Cid);
        var lease = await HoldAsync(wanted, ct);
        try
        {
            await pinned.AddAsync(wanted, ct);
            // All of it, what was here already included: the daemon may be collecting just now.
            await ImportAsync(pin, covered, With(batch), ct);
            if (pin.Scope == PinScope.Directory)
            {
                await KeepDirectoryAsync(batch, pin, covered, received, ct);
            }
            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    public async Task ClaimAsync(Pin pin, List<BlockInfo> covered, CancellationToken ct)
    {
        if (pin.Scope == PinScope.Directory)
        {
            await directories.ClaimAsync(pin, covered, ct);
            return;
        }
        using var lease = await HoldAsync([pin.Cid], ct);
        await pinned.AddAsync([pin.Cid], ct);
        await kubo.Pins.AddAsync(pin.Cid, PinMode.Recursive, cancellationToken: ct);
    }

    public Task DropAsync(string id, CancellationToken ct) => directories.DropAsync(id, ct);

    public async Task<IReadOnlyList<string>> ReconcileAsync(IReadOnlyDictionary<string, PinState> pins, CancellationToken ct)
    {
        var unclaimed = (await directories.ReconcileAsync(pins, ct)).ToHashSet(StringComparer.Ordinal);
        HashSet<Multihash> there;
        try
        {
            there = await kubo.Pins.ListAsync(PinMode.Recursive, ct).Select(p => p.Cid.Hash).ToHashSetAsync(null, ct);
        }
        catch (RemoteException e)
        {
            NotCompared(e.Message);
            return [];
        }
        return [.. (await pinned.PromisedAsync(ct)).Where(p => unclaimed.Contains(p.Id) && !there.Contains(p.Cid.Hash)).Select(p => p.Id)];
    }

    public async Task<CollectionResult> CollectAsync(CancellationToken ct)
    {
        foreach (var cid in await pinned.UnwantedAsync(ct))
        {
            await UnpinAsync(cid, ct);
        }
        return await directories.CollectAsync(ct);
    }

    private async Task UnpinAsync(Cid cid, CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            if (IsOnTheWay(cid) || (await store.PinsAsync(cid: cid, cancellationToken: ct)).Count > 0 || !(await pinned.UnwantedAsync(ct)).Contains(cid))
            {
                return;
            }
            await kubo.Pins.RemoveAsync(cid, ct);
            await pinned.RemoveAsync(cid, ct);
            Unpinned(cid.ToString());
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task ImportAsync(Pin pin, List<BlockInfo> covered, IBlockSource source, CancellationToken ct)
    {
        bool whole = pin.Scope == PinScope.Dag;
        var roots = await kubo.Dag.ImportAsync(
            CarWriter.LengthOf([pin.Cid], covered),
            (stream, cancel) => CarWriter.WriteAsync(stream, [pin.Cid], source.BlocksAsync(covered.Select(b => b.Cid), cancel), cancel),
            pinRoots: whole, ct);
        if (!whole)
        {
            foreach (var block in covered)
            {
                await PinDirectAsync(block.Cid, ct);
            }
            return;
        }
        if (roots.Count != 1 || roots[0].Cid.Hash != pin.Cid.Hash || roots[0].PinError.Length > 0)
        {
            string said = roots.Count != 1 ? $"{roots.Count} roots" : $"{roots[0].Cid} {roots[0].PinError}";
            throw new RemoteException(kubo.Name, RemoteFailure.Malformed, $"was given {pin.Cid} to pin and answers with {said}.");
        }
    }

    private async Task PinDirectAsync(Cid cid, CancellationToken ct)
    {
        try
        {
            await kubo.Pins.AddAsync(cid, PinMode.Direct, cancellationToken: ct);
        }
        catch (KuboException) when (!ct.IsCancellationRequested)
        {
            // A recursive pin, of a frame that is equal to this small file, keeps it as well.
            if (await kubo.Pins.FindAsync(cid, ct) is null)
            {
                throw;
            }
        }
    }

    private async Task KeepDirectoryAsync(BlockBatch batch, Pin pin, List<BlockInfo> covered, IReadOnlyDictionary<Cid, int> received, CancellationToken ct)
    {
        await foreach (var block in kubo.Blocks.BlocksAsync(covered.Select(b => b.Cid).Where(c => !received.ContainsKey(c)), ct))
        {
            await batch.PutAsync(block, ct);
        }
        using var kept = await directories.KeepAsync(batch, pin, covered, covered.ToDictionary(b => b.Cid, b => b.Length), ct);
    }

    private async Task<IDisposable> HoldAsync(IReadOnlyList<Cid> cids, CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        lock (_lock)
        {
            foreach (var cid in cids)
            {
                _onTheWay[cid] = _onTheWay.GetValueOrDefault(cid) + 1;
            }
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
                {
                    _onTheWay.Remove(cid);
                }
            }
        }
    }

    private bool IsOnTheWay(Cid cid)
    {
        lock (_lock)
        {
            return _onTheWay.ContainsKey(cid);
        }
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
