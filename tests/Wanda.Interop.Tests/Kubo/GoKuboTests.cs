using Wanda.Ipfs.Tests.Kubo;

namespace Wanda.Interop.Tests.Kubo;

/// <summary>Every command of the client, against Kubo itself.</summary>
[Collection("Go Kubo")]
public sealed class GoKuboClientTests(GoKubo daemon) : KuboClientContract
{
    private protected override Task<KuboServer> StartAsync() => daemon.FoundAsync();
}

/// <summary>The node contract with Kubo itself as the node.</summary>
[Collection("Go Kubo")]
public sealed class GoKuboNodeTests(GoKubo daemon) : KuboNodeContract
{
    private protected override Task<KuboServer> StartAsync() => daemon.FoundAsync();
}
