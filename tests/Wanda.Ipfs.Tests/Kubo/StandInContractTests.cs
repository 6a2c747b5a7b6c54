namespace Wanda.Ipfs.Tests.Kubo;

/// <summary>The contracts against the stand-in; <c>Wanda.Interop.Tests</c> runs them against a real daemon.</summary>
public sealed class StandInKuboClientTests : KuboClientContract
{
    private protected override async Task<KuboServer> StartAsync() => await StandInKubo.StartAsync();
}

public sealed class StandInKuboNodeTests : KuboNodeContract
{
    private protected override async Task<KuboServer> StartAsync() => await StandInKubo.StartAsync();
}

public sealed class StandInMirroredNodeTests : MirroredNodeContract
{
    private protected override async Task<KuboServer> StartAsync() => await StandInKubo.StartAsync();
}
