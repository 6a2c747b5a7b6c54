namespace Wanda.Ipfs;

/// <summary>A peer that a daemon is connected to.</summary>
/// <param name="Id">Its peer id.</param>
/// <param name="Address">Its multiaddress.</param>
public readonly record struct KuboPeer(string Id, string Address);

/// <summary>The connections of a daemon.</summary>
public sealed class KuboSwarm
{
    private readonly KuboRpc _rpc;

    internal KuboSwarm(KuboRpc rpc) => _rpc = rpc;

    /// <summary>Whom it is connected to.</summary>
    /// <exception cref="RemoteException">The daemon does not tell.</exception>
    public Task<IReadOnlyList<KuboPeer>> PeersAsync(CancellationToken cancellationToken = default) => _rpc.RepeatableAsync(
        "swarm/peers", [],
        json => (IReadOnlyList<KuboPeer>)json.List("Peers").Select(p => new KuboPeer(p.Text("Peer"), p.Text("Addr"))).ToList(),
        cancellationToken);

    /// <summary>Connects to a peer.</summary>
    /// <param name="address">A multiaddress that ends in <c>/p2p/PEER</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="KuboException">There is no way to it; the message says what was tried.</exception>
    public Task ConnectAsync(string address, CancellationToken cancellationToken = default) =>
        _rpc.RepeatableAsync("swarm/connect", [("arg", address)], _ => true, cancellationToken);
}
