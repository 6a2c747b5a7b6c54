using Wanda.Ipfs.Tests.Kubo;

namespace Wanda.Interop.Tests.Kubo;

/// <summary>Every command of the client, against a real daemon.</summary>
[Collection("Kubo")]
public sealed class RealKuboClientTests(KuboDaemon daemon) : KuboClientContract
{
    private protected override bool KeepsToItsStore => false;

    private protected override Task<KuboServer> StartAsync() => Task.FromResult(daemon.Connect());
}

/// <summary>The node contract with a real daemon as the node.</summary>
[Collection("Kubo")]
public sealed class RealKuboNodeTests(KuboDaemon daemon) : KuboNodeContract
{
    private protected override Task<KuboServer> StartAsync() => Task.FromResult(daemon.Connect());
}

/// <summary>The node contract with a real daemon that holds all that the store pins.</summary>
[Collection("Mirrored Kubo")]
public sealed class RealMirroredNodeTests(KuboDaemon daemon) : MirroredNodeContract
{
    private protected override Task<KuboServer> StartAsync() => Task.FromResult(daemon.Connect());
}
