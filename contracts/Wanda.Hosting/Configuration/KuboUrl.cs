namespace Wanda.Hosting;

/// <summary>
/// Where a Kubo's RPC is, as it may be written: a URL, a multiaddress as of <c>Addresses.API</c> (<c>/ip4/127.0.0.1/tcp/5001</c>), a socket
/// (<c>unix:/run/ipfs/rpc.sock</c>, <c>/unix/run/ipfs/rpc.sock</c>), or the daemon's repository, whose file <c>api</c> tells it.
/// </summary>
public static class KuboUrl
{
    private static readonly string[] Hosts = ["/ip4/", "/ip6/", "/dns/", "/dns4/", "/dns6/"];

    /// <summary>Whether it is one of these, as far as its form tells.</summary>
    public static bool IsAddress(string url) => Web(url) is not null || IsLocal(url);

    /// <summary>The host and port that it names, as a URL; null where it names none: a socket, or a repository.</summary>
    public static Uri? Web(string url)
    {
        var text = url.Split('/') switch
        {
            ["", "ip6", var host, "tcp", var port, .. var rest] => $"{Scheme(rest)}://[{host}]:{port}",
            ["", "ip4" or "dns" or "dns4" or "dns6", var host, "tcp", var port, .. var rest] => $"{Scheme(rest)}://{host}:{port}",
            _ => url,
        };
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            && uri.Query.Length + uri.Fragment.Length == 0
                ? uri
                : null;
    }

    /// <summary>Whether it is a socket or a repository of this machine.</summary>
    public static bool IsLocal(string url) => Web(url) is null
        && (url.StartsWith("unix:/", StringComparison.Ordinal) || Path.IsPathFullyQualified(url))
        && !Hosts.Any(h => url.StartsWith(h, StringComparison.Ordinal));

    private static string Scheme(string[] rest) => rest is ["https"] or ["tls", "http"] ? "https" : rest is [] or ["http"] ? "http" : "no";
}
