namespace Wanda.Ipfs;

/// <summary>A key in a daemon's key store.</summary>
/// <param name="Name">What it is called there; <c>self</c> is the daemon's own.</param>
/// <param name="Id">The IPNS name that it signs for, as the daemon writes it.</param>
public readonly record struct KuboKey(string Name, string Id);

/// <summary>The keys of a daemon.</summary>
public sealed class KuboKeys
{
    private readonly KuboRpc _rpc;

    internal KuboKeys(KuboRpc rpc) => _rpc = rpc;

    /// <summary>All keys.</summary>
    /// <exception cref="RemoteException">The daemon does not tell.</exception>
    public Task<IReadOnlyList<KuboKey>> ListAsync(CancellationToken cancellationToken = default) => _rpc.RepeatableAsync(
        "key/list", [], json => (IReadOnlyList<KuboKey>)json.List("Keys").Select(Read).ToList(), cancellationToken);

    /// <summary>Makes an Ed25519 key. Not repeated.</summary>
    /// <exception cref="KuboException">There is one of this name already.</exception>
    public Task<KuboKey> GenerateAsync(string name, CancellationToken cancellationToken = default) =>
        _rpc.OnceAsync("key/gen", [("arg", name), ("type", "ed25519")], null, Read, cancellationToken);

    /// <summary>
    /// Gives the daemon a key made elsewhere. Not repeated. It must not publish with an older sequence than was used before.
    /// </summary>
    /// <param name="name">What to call it.</param>
    /// <param name="key">
    /// The private key in libp2p's protobuf encoding; it goes over the connection, so let that be loopback or TLS.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="KuboException">There is one of this name already, or the daemon cannot read it.</exception>
    public Task<KuboKey> ImportAsync(string name, ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default) =>
        _rpc.OnceAsync(
            "key/import", [("arg", name), ("format", "libp2p-protobuf-cleartext")],
            KuboRpc.File("key", new ReadOnlyMemoryContent(key)), Read, cancellationToken);

    private static KuboKey Read(System.Text.Json.JsonElement json) => new(json.Text("Name"), json.Text("Id"));
}
