using System.Buffers;
using Microsoft.Extensions.Logging;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>Frames in the block store of this server's own folder. Its pins are owned by the ids of ours.</summary>
internal sealed partial class EmbeddedFrames(BlockStore store, ILogger<EmbeddedFrames> log) : IFrameStore
{
    public IBlockSource Blocks => store;

    public IBlockSource With(BlockBatch batch) => batch;

    public Task<string?> TroubleAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public Task<Flushing> FlushingAsync(CancellationToken cancellationToken) => Task.FromResult(Flushing.Yes);

    public async Task<IDisposable> KeepAsync(
        BlockBatch batch, Pin pin, List<BlockInfo> covered, IReadOnlyDictionary<Cid, int> received, CancellationToken cancellationToken)
    {
        if (pin.Scope == PinScope.Dag)
            batch.Pin(pin.Id, pin.Cid, PinMode.Recursive);
        else
            covered.ForEach(b => batch.Pin(pin.Id, b.Cid, PinMode.Direct));
        await batch.CommitAsync(cancellationToken);
        await RequireSoundAsync(pin, covered.Where(b => !received.ContainsKey(b.Cid)), cancellationToken);
        return Nothing.Instance;
    }

    public async Task ClaimAsync(Pin pin, List<BlockInfo> covered, CancellationToken cancellationToken)
    {
        if (pin.Scope == PinScope.Dag)
        {
            await store.PinAsync(pin.Id, pin.Cid, PinMode.Recursive, cancellationToken);
            return;
        }

        foreach (var block in covered)
            await store.PinAsync(pin.Id, block.Cid, PinMode.Direct, cancellationToken);
    }

    public Task DropAsync(string id, CancellationToken cancellationToken) => store.UnpinAsync(id, cancellationToken);

    public async Task<IReadOnlyList<string>> ReconcileAsync(IReadOnlyDictionary<string, PinState> pins, CancellationToken cancellationToken)
    {
        var claimed = (await store.PinsAsync(cancellationToken: cancellationToken)).Select(p => p.Owner).ToHashSet(StringComparer.Ordinal);
        foreach (string owner in claimed.Where(o => !pins.ContainsKey(o)))
        {
            await store.UnpinAsync(owner, cancellationToken);
            Dropped(owner);
        }

        return [.. pins.Where(p => p.Value == PinState.Pinned && !claimed.Contains(p.Key)).Select(p => p.Key)];
    }

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

    [LoggerMessage(Level = LogLevel.Information,
        Message = "The store had claims of {Owner}, which was never promised or was removed; they were dropped")]
    private partial void Dropped(string owner);

    private sealed class Nothing : IDisposable
    {
        public static readonly Nothing Instance = new();

        public void Dispose()
        {
        }
    }
}
