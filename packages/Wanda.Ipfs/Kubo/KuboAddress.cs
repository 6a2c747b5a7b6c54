using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Wanda.Ipfs;

/// <summary>
/// Where a daemon's RPC is, as operators write it: a URL (<c>http://127.0.0.1:5001</c>), a Unix socket (<c>unix:/run/ipfs/rpc.sock</c>), a
/// multiaddress as of <c>Addresses.API</c> (<c>/ip4/127.0.0.1/tcp/5001</c>, <c>/unix/run/ipfs/rpc.sock</c>), or the daemon's repository
/// (<c>/home/pi/.ipfs</c>), whose file <c>api</c> tells it at each connection.
/// </summary>
public static class KuboAddress
{
    private const int MaxApiBytes = 4096;
    private static readonly Uri Somewhere = new("http://localhost/"); // what a socket's requests are headed with

    /// <summary>Whether an address is one of these.</summary>
    /// <param name="address">As the operator wrote it.</param>
    /// <param name="problem">What is wrong with it, as the rest of a sentence; null when nothing is.</param>
    public static bool IsValid(string address, [NotNullWhen(false)] out string? problem) =>
        (problem = Parse(address, out _, out _)) is null;

    /// <summary>How the RPC is reached.</summary>
    /// <param name="address">As the operator wrote it.</param>
    /// <param name="token">
    /// As Kubo writes it in <c>API.Authorizations</c>, <c>basic:USER:PASSWORD</c> or <c>bearer:SECRET</c>, or a bearer's secret alone; null
    /// for none.
    /// </param>
    /// <param name="name">What messages call it; null for its address.</param>
    /// <exception cref="ArgumentException">The address is none of them.</exception>
    public static RemoteEndpoint Endpoint(string address, string? token = null, string? name = null)
    {
        if (Parse(address, out var url, out var connects) is { } problem)
            throw new ArgumentException($"A Kubo's address {problem}.", nameof(address));
        return new RemoteEndpoint(url ?? Somewhere)
        {
            Name = name ?? $"Kubo at {(connects is null ? url!.Authority : address)}",
            Connects = connects,
            Authorization = token?.Split(':', 3) switch
            {
                null => null,
                ["basic", var user, var password] => RemoteEndpoint.Basic(user, password),
                ["bearer", .. var secret] => RemoteEndpoint.Bearer(string.Join(':', secret)),
                _ => RemoteEndpoint.Bearer(token),
            },
        };
    }

    private static string? Parse(string address, out Uri? url, out Func<CancellationToken, ValueTask<EndPoint>>? connects)
    {
        (url, connects) = (null, null);
        if (address.StartsWith("unix:", StringComparison.Ordinal))
            return Socket(address["unix:".Length..], out connects);
        if (address.StartsWith("/unix/", StringComparison.Ordinal))
            return Socket(address["/unix".Length..], out connects);
        if (Multiaddress(address) is { } told)
            return Uri.TryCreate(told, UriKind.Absolute, out url) ? null : "names no port";
        if (Path.IsPathFullyQualified(address))
        {
            connects = cancellationToken => ApiAsync(address, cancellationToken);
            return null;
        }

        // Not repeated in a message: there may be a password in it.
        return Uri.TryCreate(address, UriKind.Absolute, out url) && url.Scheme is "http" or "https"
            && url.Query.Length + url.Fragment.Length + url.UserInfo.Length == 0
                ? null
                : "is http:// or https:// without a password or query, unix:/PATH, a multiaddress, or the path of a repository";
    }

    private static string? Socket(string path, out Func<CancellationToken, ValueTask<EndPoint>>? connects)
    {
        connects = null;
        if (!Path.IsPathFullyQualified(path) || path.Length > 107) // sun_path of unix(7)
            return "names a socket that is no full path of at most 107 characters";
        connects = _ => new(new UnixDomainSocketEndPoint(path));
        return null;
    }

    /// <returns>The URL; null when it is no multiaddress over TCP.</returns>
    private static string? Multiaddress(string address) => address.Split('/') switch
    {
        ["", "ip6", var host, "tcp", var port, .. var rest] when Ends(rest) => $"{Scheme(rest)}://[{host}]:{port}",
        ["", "ip4" or "dns" or "dns4" or "dns6", var host, "tcp", var port, .. var rest] when Ends(rest) =>
            $"{Scheme(rest)}://{host}:{port}",
        _ => null,
    };

    private static bool Ends(string[] rest) => rest is [] or ["http"] or ["https"] or ["tls", "http"];

    private static string Scheme(string[] rest) => rest is ["https"] or ["tls", "http"] ? "https" : "http";

    private static async ValueTask<EndPoint> ApiAsync(string repository, CancellationToken cancellationToken)
    {
        string file = Path.Combine(repository, "api");
        string told;
        try
        {
            if (new FileInfo(file).Length > MaxApiBytes)
                throw new IOException($"{file} is no address.");
            told = (await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false)).Trim();
        }
        catch (FileNotFoundException)
        {
            throw new IOException($"no daemon runs on the repository {repository}: it has no file \"api\".");
        }

        // It could name another file, and so on.
        if (Path.IsPathFullyQualified(told) && Multiaddress(told) is null && !told.StartsWith("/unix/", StringComparison.Ordinal))
            throw new IOException($"{file} names no address.");
        if (Parse(told, out var url, out var socket) is { } problem)
            throw new IOException($"the address in {file} {problem}.");
        return socket is not null
            ? await socket(cancellationToken).ConfigureAwait(false)
            : IPAddress.TryParse(url!.Host.Trim('[', ']'), out var ip) ? new IPEndPoint(ip, url.Port) : new DnsEndPoint(url.Host, url.Port);
    }
}
