using Wanda.Ipfs.Tests.Node;

namespace Wanda.Ipfs.Tests.Kubo;

/// <summary>See <see cref="KuboServer"/> for which daemon.</summary>
[Collection("Kubo")] // One daemon, and a collection would take what another test has not pinned yet.
public sealed class KuboNodeContractTests : IpfsNodeContract
{
    private KuboServer _server = null!;
    private KuboNode _node = null!;

    private protected override async Task<IIpfsNode> OpenAsync()
    {
        _server = await KuboServer.StartAsync();
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
