using Wanda.Ipfs.Tests.Kubo;

namespace Wanda.Interop.Tests.Kubo;

/// <summary>Every command of the client, against the other daemon that speaks Kubo's RPC: js-ipfs, as npm brings it.</summary>
[Collection("Kubo")]
public sealed class JsIpfsClientTests(KuboDaemon daemon) : KuboClientContract
{
    private protected override bool KeepsToItsStore => false;

    private protected override Task<KuboServer> StartAsync() => Task.FromResult(daemon.Connect());
}
