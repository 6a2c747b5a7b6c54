using Wanda.Ipfs;

namespace Wanda.Ops;

/// <summary>A block store that is opened when it is first asked for, beside other processes that have it open.</summary>
internal sealed class LazyStore(string folder, TimeProvider time) : IAsyncDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private BlockStore? _store;

    /// <summary>The store, or null while there is none.</summary>
    public async Task<BlockStore?> FindAsync(CancellationToken cancellationToken) =>
        _store ?? (Directory.Exists(folder) ? await OpenAsync(cancellationToken) : null);

    /// <summary>The store; made when missing.</summary>
    public async Task<BlockStore> OpenAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            return _store ??= await BlockStore.OpenAsync(folder, time, cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        _one.Dispose();
    }
}

/// <summary>A store's copy; the store stays open.</summary>
internal sealed class StoreCopy(IBlockSource store) : ICopy
{
    public ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken) =>
        store.ReadAsync(cid, buffer, cancellationToken);

    public ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken) => store.FindAsync(cid, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
