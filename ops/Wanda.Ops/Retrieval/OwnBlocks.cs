using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Ops;

/// <summary>
/// The node's own block store: a frame that is here, leaf by leaf out of its file, and blocks that were repaired or never had a file.
/// </summary>
internal sealed class OwnBlocks(DataFolder data, TimeProvider time) : ICopySource, IAsyncDisposable
{
    private readonly LazyStore _store = new(data.Ipfs, time);

    public string Name => "this node";

    public async Task<ICopy> OpenAsync(Cid root, CancellationToken cancellationToken = default) =>
        await _store.FindAsync(cancellationToken) is { } store
            ? new StoreCopy(store)
            : throw new BlockNotFoundException(root, "there is no block store yet.");

    /// <summary>The store; null while nothing was added yet.</summary>
    public Task<BlockStore?> FindAsync(CancellationToken cancellationToken) => _store.FindAsync(cancellationToken);

    /// <summary>The store; made when missing. Others have it open as well.</summary>
    public Task<BlockStore> StoreAsync(CancellationToken cancellationToken) => _store.OpenAsync(cancellationToken);

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
