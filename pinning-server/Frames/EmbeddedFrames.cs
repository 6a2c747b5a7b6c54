using System.Buffers;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>Frames in the block store of this server's own folder. Its pins are owned by the ids of ours.</summary>
internal sealed class EmbeddedFrames(BlockStore store) : IFrameStore
{
    public IBlockSource Blocks => store;

    public IBlockSource With(BlockBatch batch) => batch;

    public Task<string?> TroubleAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public Task<Flushing> FlushingAsync(CancellationToken cancellationToken) => Task.FromResult(Flushing.Yes);

    public async Task<IDisposable> KeepAsync(
        BlockBatch batch, Pin pin, List<BlockInfo> covered, IReadOnlyDictionary<Cid, int> received, CancellationToken cancellationToken)
    {
        var blocks = covered.ConvertAll(b => b.Cid);
        // What nothing links would lie on the disk on nobody's account.
        batch.KeepOnly(blocks);
        if (pin.Scope == PinScope.Dag)
            batch.Pin(pin.Id, pin.Cid, PinMode.Recursive, blocks);
        else
            blocks.ForEach(b => batch.Pin(pin.Id, b, PinMode.Direct));
        batch.Note(pin.Id, PinNote.Of(pin));
        await batch.CommitAsync(cancellationToken);
        await RequireSoundAsync(pin, covered.Where(b => !received.ContainsKey(b.Cid)), cancellationToken);
        return Nothing.Instance;
    }

    public async Task ClaimAsync(Pin pin, IReadOnlyList<Cid> covered, CancellationToken cancellationToken)
    {
        if (pin.Scope == PinScope.Dag)
        {
            await store.PinListAsync(pin.Id, pin.Cid, PinMode.Recursive, covered, PinNote.Of(pin), cancellationToken);
            return;
        }

        foreach (var block in covered.Prepend(pin.Cid).Distinct())
            await store.PinListAsync(pin.Id, block, PinMode.Direct, [block], PinNote.Of(pin), cancellationToken);
    }

    public async Task<IReadOnlyList<Cid>> ListAsync(Pin pin, CancellationToken cancellationToken) =>
        await store.ListedAsync(pin.Id, cancellationToken) is var listed && pin.Scope == PinScope.Dag && listed.Count == 1
            ? await Remains.ListAsync(store, pin, cancellationToken) // of a server before lists were kept, or one block
            : listed;

    public Task DropAsync(string id, CancellationToken cancellationToken) => store.UnpinAsync(id, cancellationToken);

    public Task<IReadOnlyDictionary<string, bool>> ClaimsAsync(CancellationToken cancellationToken) => store.OwnersAsync(cancellationToken);

    public Task NoteAsync(Pin pin, CancellationToken cancellationToken) => store.NoteAsync(pin.Id, PinNote.Of(pin), cancellationToken);

    public async Task<Pin?> RecallAsync(string id, CancellationToken cancellationToken)
    {
        var listed = await store.ListedAsync(id, cancellationToken);
        if (PinNote.Read(id, await store.NoteOfAsync(id, cancellationToken)) is { } known)
            return known.Scope == PinScope.Dag ? known : known with { Covered = listed };
        if ((await store.PinsAsync(id, cancellationToken: cancellationToken)).FirstOrDefault() is not { Owner: not null } claim)
            return null;
        var pin = new Pin
        {
            Id = id,
            Node = Node.Unknown,
            Cid = claim.Cid,
            Scope = claim.Mode == PinMode.Recursive ? PinScope.Dag : PinScope.Directory,
            State = PinState.Pinned,
            Created = claim.Created,
        };
        var kept = pin.Scope == PinScope.Dag ? await Remains.ListAsync(store, pin.Cid, cancellationToken) : listed;
        long bytes = 0;
        foreach (var block in kept)
            bytes += await store.FindAsync(block, cancellationToken) ?? 0;
        return pin with { Bytes = bytes, Blocks = kept.Count, Covered = pin.Scope == PinScope.Dag ? null : kept };
    }

    public async Task ReclaimAsync(Pin pin, CancellationToken cancellationToken) =>
        await ClaimAsync(pin, pin.Covered ?? await Remains.ListAsync(store, pin, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<string>> UnclaimedAsync(
        IReadOnlyDictionary<string, bool> claims, IEnumerable<string> settled, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. settled.Where(id => !claims.ContainsKey(id))]);

    public Task<IReadOnlyList<Pin>> UnkeptAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Pin>>([]);

    public Task KeepAgainAsync(Pin pin, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<CollectionResult> CollectAsync(CancellationToken cancellationToken) => store.CollectAsync(cancellationToken);

    // Blocks that were here already may have been garbage until the commit claimed them, or be damaged: they count once they were read.
    private async Task RequireSoundAsync(Pin pin, IEnumerable<BlockInfo> blocks, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Block.MaxBytes);
        try
        {
            foreach (var block in blocks)
                await store.ReadAsync(block.Cid, buffer, cancellationToken);
        }
        catch
        {
            await store.UnpinAsync(pin.Id, CancellationToken.None);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private sealed class Nothing : IDisposable
    {
        public static readonly Nothing Instance = new();

        public void Dispose()
        {
        }
    }
}
