using Wanda.Catalog;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Ops;

/// <summary>
/// Frames that were fetched from far, kept within <c>retrieval.cache</c> for the next time. A block store of its own: nothing of it goes to
/// a Kubo beside the node, no proof is computed from it, and no release knows of it (law 2). Its pins are in the order of their last use.
/// </summary>
public sealed class FetchedStore(Catalogue catalogue, DataFolder data, WandaOptions options, DiskSpace space, TimeProvider time)
    : ICopySource, IAsyncDisposable
{
    private const string Owner = "fetched";
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly LazyStore _store = new(data.Fetched, time);

    /// <inheritdoc/>
    public string Name => "this node's cache";

    /// <inheritdoc/>
    public async Task<ICopy> OpenAsync(Cid root, CancellationToken cancellationToken = default)
    {
        if (await _store.FindAsync(cancellationToken) is not { } store
            || (await store.PinsAsync(Owner, root, cancellationToken)).Count == 0)
        {
            throw new BlockNotFoundException(root, "it is not kept here.");
        }

        try
        {
            // Pinned again although it is pinned: that makes it the one that was used last.
            await store.PinAsync(Owner, root, PinMode.Recursive, cancellationToken);
            return new StoreCopy(store);
        }
        catch (BlockNotFoundException)
        {
            await store.UnpinAsync(Owner, root, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Lets go of what was fetched under a CID.</summary>
    public async Task ForgetAsync(Cid root, CancellationToken cancellationToken)
    {
        if (await _store.FindAsync(cancellationToken) is { } store && await store.UnpinAsync(Owner, root, cancellationToken))
            await CollectAsync(store, cancellationToken);
    }

    /// <summary>Begins to keep what is fetched now; null when it does not fit, or the disk needs its space for frames.</summary>
    internal async Task<FetchedBlocks?> BeginAsync(WantedFrame frame, CancellationToken cancellationToken)
    {
        var (bytes, bound) = (frame.Capture?.SizeBytes ?? 0, options.Retrieval.Cache.Bytes);
        try
        {
            if (bound == 0 && await _store.FindAsync(cancellationToken) is { } unwanted)
                await TrimAsync(unwanted, 0, cancellationToken); // retrieval.cache was set to 0 since: what is left from before goes.
            if (frame.Cid is not { } root || bound == 0 || bytes > bound || space.FreeBytes - bytes < options.Release.LowWater.Bytes)
                return null;
            return new FetchedBlocks((await _store.OpenAsync(cancellationToken)).Begin(), root, KeepAsync);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // The caller gets its frame all the same; it is only not kept for the next time.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _one.Dispose();
    }

    private async Task KeepAsync(BlockBatch batch, Cid root)
    {
        if (batch.Bytes > options.Retrieval.Cache.Bytes)
            return;
        var store = await _store.OpenAsync(CancellationToken.None);
        await _one.WaitAsync();
        try
        {
            // Every capture with this content was discarded during the download: it is not kept (law 2).
            if ((await catalogue.Captures.FindByCidAsync(root.ToString(), 1, CancellationToken.None)).Count > 0
                && await catalogue.Captures.CountByCidAsync(root.ToString(), CancellationToken.None) == 0)
            {
                return;
            }

            await TrimAsync(store, batch.Bytes, CancellationToken.None);
            batch.Pin(Owner, root, PinMode.Recursive);
            await batch.CommitAsync();
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Lets the least recently used go until so many bytes more are within the bound.</summary>
    private async Task TrimAsync(BlockStore store, long bytes, CancellationToken cancellationToken)
    {
        foreach (var oldest in await store.PinsAsync(Owner, cancellationToken: cancellationToken))
        {
            if ((await store.StatAsync(cancellationToken)).Bytes + bytes <= options.Retrieval.Cache.Bytes)
                return;
            await store.UnpinAsync(Owner, oldest.Cid, cancellationToken);
            await CollectAsync(store, cancellationToken);
        }
    }

    private static async Task CollectAsync(BlockStore store, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await store.CollectAsync(cancellationToken);
                return;
            }
            catch (IncompletePinException e)
            {
                // Damaged by a power cut or a bad disk: it can be fetched again.
                await store.UnpinAsync(e.Pin.Owner, e.Pin.Cid, cancellationToken);
            }
        }
    }
}
