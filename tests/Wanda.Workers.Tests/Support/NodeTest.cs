using Wanda.Hosting;

namespace Wanda.Workers.Tests.Support;

/// <summary>A node, a real pinning server, and a proxy between them that does harm when it is told.</summary>
public abstract class NodeTest : IAsyncLifetime
{
    private protected TestNode Node { get; private set; } = null!;

    private protected RealServer Server { get; private set; } = null!;

    private protected FaultProxy Proxy { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await RealServer.StartAsync();
        Proxy = await FaultProxy.StartAsync(Server.Address);
        Node = TestNode.Create(Proxy.Address, Server.Token, Configure);
        await Node.StartAsync();
    }

    /// <summary>The node's configuration, from the one that every test has.</summary>
    protected virtual WandaOptions Configure(WandaOptions options) => options;

    public async Task DisposeAsync()
    {
        await Node.DisposeAsync();
        await Proxy.DisposeAsync();
        await Server.DisposeAsync();
    }
}
