namespace Wanda.Ipfs;

/// <summary>IPNS through a daemon: its keys sign, and its routing publishes and asks.</summary>
public sealed class KuboNames
{
    private readonly KuboRpc _rpc;

    internal KuboNames(KuboRpc rpc) => _rpc = rpc;

    /// <summary>Publishes a CID under a key's name; the latest wins. Not repeated.</summary>
    /// <param name="value">What the name is to lead to.</param>
    /// <param name="key">The key's name in the daemon's key store.</param>
    /// <param name="lifetime">How long the record is valid, or null for the daemon's default (48 h).</param>
    /// <param name="cancellationToken">Ends the wait; the DHT takes up to a minute.</param>
    /// <returns>The IPNS name, as the daemon writes it.</returns>
    /// <exception cref="RemoteException">The daemon does not do it.</exception>
    public Task<string> PublishAsync(
        Cid value, string key = "self", TimeSpan? lifetime = null, CancellationToken cancellationToken = default) => _rpc.OnceAsync(
        "name/publish",
        [("arg", $"/ipfs/{value}"), ("key", key), ("resolve", "false"), ("allow-offline", "true"),
            ("lifetime", lifetime is { } time ? $"{(long)time.TotalSeconds}s" : null)],
        null, json => json.Text("Name"), cancellationToken);

    /// <summary>What a name leads to now, as a path such as <c>/ipfs/CID</c>.</summary>
    /// <exception cref="KuboException">It leads nowhere that the daemon could find.</exception>
    public Task<string> ResolveAsync(string name, CancellationToken cancellationToken = default) =>
        _rpc.RepeatableAsync("name/resolve", [("arg", name), ("recursive", "true")], json => json.Text("Path"), cancellationToken);
}
