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

/// <summary>The node contract with Kubo itself holding all that the store pins.</summary>
[Collection("Mirrored Kubo")]
public sealed class GoMirroredNodeTests(GoKubo daemon) : MirroredNodeContract
{
    private protected override Task<KuboServer> StartAsync() => daemon.FoundAsync();
}

/// <summary>A daemon of its own: it is collected.</summary>
[CollectionDefinition("Mirrored Kubo")]
public sealed class MirroredKuboCollection : ICollectionFixture<GoKubo>;
