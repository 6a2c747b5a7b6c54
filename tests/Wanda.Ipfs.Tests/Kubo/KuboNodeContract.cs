using Wanda.Ipfs.Tests.Node;

namespace Wanda.Ipfs.Tests.Kubo;

/// <summary>The node contract over a daemon that keeps the blocks by itself.</summary>
public abstract class KuboNodeContract : IpfsNodeContract
{
    private KuboServer _server = null!;
    private KuboNode _node = null!;

    private protected abstract Task<KuboServer> StartAsync();

    private protected override async Task<IIpfsNode> OpenAsync()
    {
        _server = await StartAsync();
        return _node = await KuboNode.OpenAsync(_server.Client, Path.Combine(Folder, "ledger"), TimeProvider.System);
    }

    private protected override async Task CloseAsync()
    {
        await _node.DisposeAsync();
        await _server.DisposeAsync();
    }

    private protected override Task CollectAsync() => _server.Client.Repo.CollectAsync();

    private protected override Task<bool> LacksAsync(Cid cid) => _server.LacksAsync(cid);
}
