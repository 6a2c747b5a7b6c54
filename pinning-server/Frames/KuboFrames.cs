using Microsoft.Extensions.Logging;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>
/// Frames in a Kubo daemon, which is given our blocks by <c>dag/import</c> and asked offline, so that it answers from its own store.
/// Directories are kept in our own block store, since a pin of theirs must not reach for the frames that they list, and are given to the
/// daemon as well.
/// </summary>
/// <remarks>
/// The daemon is others' too: pins of ours alone keep what was promised (<see cref="KuboKeeper"/>), and what it has lost or somebody has
/// unpinned is found by comparing. The blocks go with the daemon's own collection, which is its operator's business.
/// </remarks>
internal sealed partial class KuboFrames(
    BlockStore store, KuboClient kubo, KuboHealth health, KuboKeeper keeper, KuboPinTable pinned, EmbeddedFrames directories,
    ILogger<KuboFrames> log) : IFrameStore
{
    // At the start, which others wait for. A long list of pins takes longer, and is compared by the maintenance.
    private static readonly TimeSpan AtStart = TimeSpan.FromSeconds(5);

    // What its operator has to unpin; a guess.
    private static readonly TimeSpan LetGoWithin = TimeSpan.FromMinutes(5);

    public IBlockSource Blocks { get; } = new KuboSource(store, kubo.Blocks);

    public IBlockSource With(BlockBatch batch) => new KuboSource(batch, kubo.Blocks);

    public Task<string?> TroubleAsync(CancellationToken cancellationToken) => health.TroubleAsync(cancellationToken);

    public Task<Flushing> FlushingAsync(CancellationToken cancellationToken) => health.FlushingAsync(cancellationToken);

    public async Task<IDisposable> KeepAsync(
        BlockBatch batch, Pin pin, List<BlockInfo> covered, IReadOnlyDictionary<Cid, int> received, CancellationToken cancellationToken)
    {
        var lease = await GiveAsync(batch, pin, covered, received, cancellationToken);
        try
        {
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

        using var lease = await keeper.KeepAsync(pin, await WithLengthsAsync(covered, cancellationToken), Blocks, null, cancellationToken);
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
        var pins = (await pinned.SettledAsync(cancellationToken)).Where(p => promised.Contains(p.Id)).ToList();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(AtStart);
        try
        {
            var kept = await KeptAsync(patience.Token);
            return [.. pins.Where(p => p.Scope == PinScope.Dag ? !kept.Own.Contains((p.Cid, p.Scope)) && !kept.Former.Contains(p.Cid)
                : !claims.ContainsKey(p.Id)).Select(p => p.Id)];
        }
        catch (Exception e) when (e is RemoteException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            NotCompared(e is RemoteException ? e.Message : $"{kubo.Name} has not listed them yet.");
            return [];
        }
    }

    public async Task<IReadOnlyList<Pin>> UnkeptAsync(CancellationToken cancellationToken)
    {
        // In this order: a row comes after its pin in the daemon.
        var pins = await pinned.SettledAsync(cancellationToken);
        var kept = await KeptAsync(cancellationToken);
        return [.. pins.Where(p => !kept.Own.Contains((p.Cid, p.Scope)))];
    }

    public async Task KeepAgainAsync(Pin pin, CancellationToken cancellationToken)
    {
        var covered = pin.Covered ?? await ListAsync(pin, cancellationToken);
        using var lease = await keeper.KeepAsync(pin, await WithLengthsAsync(covered, cancellationToken), Blocks, null, cancellationToken);
    }

    public async Task<CollectionResult> CollectAsync(CancellationToken cancellationToken)
    {
        await keeper.CollectAsync(cancellationToken);
        return await directories.CollectAsync(cancellationToken);
    }

    private async Task<IDisposable> GiveAsync(
        BlockBatch batch, Pin pin, List<BlockInfo> covered, IReadOnlyDictionary<Cid, int> received, CancellationToken cancellationToken)
    {
        try
        {
            if (await health.AskAsync(cancellationToken) is { Flushing: Flushing.No, Reason: var reason })
                throw new RemoteException(kubo.Name, RemoteFailure.Unavailable, reason);
            // What the daemon has is not to be written here as well: the flush writes whatever is not on the disk yet, and a directory's
            // blocks are all that is kept in both.
            return await keeper.KeepAsync(
                pin, covered, With(batch), pin.Scope == PinScope.Directory ? null : () => batch.KeepOnly([]), cancellationToken);
        }
        catch (BlockNotFoundException e) when (received.ContainsKey(e.Cid))
        {
            // It was sent, and the daemon does not let go of what it has in its place: that is said of this frame alone.
            DoesNotLetGo(pin.Node, e.Message);
            throw new ApiException(503, "BLOCK_DAMAGED", e.Message, LetGoWithin);
        }
        catch (RemoteException e) when (health.Refusal(e) is { } refusal)
        {
            throw refusal;
        }
    }

    /// <summary>What the daemon keeps by pins of ours alone, and of servers before.</summary>
    private async Task<(HashSet<(Cid, PinScope)> Own, HashSet<Cid> Former)> KeptAsync(CancellationToken cancellationToken)
    {
        var there = await kubo.Pins.ListAsync(PinMode.Recursive, cancellationToken).Select(p => p.Cid.Hash)
            .ToHashSetAsync(null, cancellationToken);
        return (
            (await pinned.AllAsync(cancellationToken)).Where(o => there.Contains(o.Root.Hash)).Select(o => (o.Cid, o.Scope)).ToHashSet(),
            (await pinned.FormerAsync(cancellationToken)).Where(c => there.Contains(c.Hash)).ToHashSet());
    }

    private async Task<List<BlockInfo>> WithLengthsAsync(IReadOnlyList<Cid> blocks, CancellationToken cancellationToken)
    {
        var found = new List<BlockInfo>(blocks.Count);
        foreach (var block in blocks)
        {
            found.Add(new(block, await Blocks.FindAsync(block, cancellationToken)
                ?? throw new BlockNotFoundException(block, $"{kubo.Name} does not have it.")));
        }

        return found;
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

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "At this start the daemon's pins were not compared with what was promised, which is done when it answers: {Reason}")]
    private partial void NotCompared(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An upload of {Node} is refused until this is mended: {Reason}")]
    private partial void DoesNotLetGo(string node, string reason);
}
