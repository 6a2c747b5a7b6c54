namespace Wanda.Ipfs.Tests.Node;

public sealed class EmbeddedNodeContractTests : IpfsNodeContract
{
    private BlockStore _store = null!;

    private protected override async Task<IIpfsNode> OpenAsync()
    {
        _store = await BlockStore.OpenAsync(Path.Combine(Folder, "store"), TimeProvider.System);
        return new EmbeddedNode(_store);
    }

    private protected override async Task CloseAsync() => await _store.DisposeAsync();

    private protected override Task CollectAsync() => _store.CollectAsync();
}
