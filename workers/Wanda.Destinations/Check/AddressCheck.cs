using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Wanda.Destinations.Check;

/// <summary>The way to an address: its name, a connection, a certificate. No secret goes over it.</summary>
internal sealed class AddressCheck(CheckLog log, Uri address)
{
    private const int MaxAddresses = 4;
    private static readonly TimeSpan OneAddress = TimeSpan.FromSeconds(3);

    private readonly string _host = address.IdnHost.Trim('[', ']');

    /// <summary>Whether requests can be sent there.</summary>
    public async Task<bool> ReachAsync(bool hasToken, CancellationToken cancellationToken)
    {
        if (HttpClient.DefaultProxy.GetProxy(address) is { } proxy)
        {
            log.Skip($"requests to {_host} go by the proxy {proxy.Authority}, which the environment names (HTTPS_PROXY, HTTP_PROXY, "
                + "NO_PROXY)", CheckNames.Name, CheckNames.Connect, CheckNames.Certificate);
            return true;
        }

        var addresses = await ResolveAsync(cancellationToken);
        if (addresses.Length == 0)
        {
            log.Skip("its name does not resolve", CheckNames.Connect, CheckNames.Certificate);
            return false;
        }

        if (await ConnectAsync(addresses, cancellationToken) is not { } reached)
        {
            log.Skip("nothing can be connected to", CheckNames.Certificate);
            return false;
        }

        if (address.Scheme == Uri.UriSchemeHttps)
            return await CertifiedAsync(reached, cancellationToken);
        if (!hasToken || IPAddress.IsLoopback(reached))
        {
            log.Skip("the address is http://, without TLS", CheckNames.Certificate);
            return true;
        }

        return await log.StepAsync(CheckNames.Certificate, "", _ => Task.FromResult(Finding.Odd(
            "is spoken to without TLS: whoever is on the way reads the token and can use it.",
            "Put nginx or Caddy with a certificate in front of the server, and write https:// into \"url\".")), cancellationToken);
    }

    private async Task<IPAddress[]> ResolveAsync(CancellationToken cancellationToken)
    {
        IPAddress[] found = [];
        await log.StepAsync(CheckNames.Name,
            "Look at this node's DNS: its router, /etc/resolv.conf.",
            async stop =>
            {
                try
                {
                    found = await Dns.GetHostAddressesAsync(_host, stop);
                }
                catch (SocketException e)
                {
                    return Finding.Bad($"has a name that does not resolve, {_host}: {e.Message}.",
                        "Check how \"url\" is spelt, and this node's DNS; or ask its operator for the name's record.");
                }

                log.IsHere |= found.Any(ThisMachine.Has);
                return found.Length == 0
                    ? Finding.Bad($"has a name without an address, {_host}.", "Ask its operator for the name's record.")
                    : Finding.Good($"is at {_host}: {string.Join(", ", found.Take(MaxAddresses).Select(Described))}.");
            }, cancellationToken);
        return found;
    }

    private async Task<IPAddress?> ConnectAsync(IPAddress[] addresses, CancellationToken cancellationToken)
    {
        IPAddress? reached = null;
        var failures = new List<string>();
        await log.StepAsync(CheckNames.Connect,
            "A firewall drops what is sent there: open the port in it, and forward it in the router before the server.",
            async stop =>
            {
                foreach (var candidate in addresses.Take(MaxAddresses))
                {
                    if (await FailureAsync(candidate, stop) is { } failure)
                        failures.Add(failure);
                    else
                        reached ??= candidate;
                }

                if (reached is null)
                {
                    return Finding.Bad($"takes no connection: {string.Join("; ", failures)}.",
                        "Is the server running, with its proxy in front? Is the port open in its firewall, and forwarded in its router? Is "
                            + "it the port in \"url\"?");
                }

                return failures.Count == 0 || IPAddress.IsLoopback(reached)
                    ? Finding.Good($"takes connections at {new IPEndPoint(reached, address.Port)}.")
                    : Finding.Odd($"takes connections at {new IPEndPoint(reached, address.Port)}, and none elsewhere: "
                        + $"{string.Join("; ", failures)}.", "Mend those addresses, or take them out of its DNS.");
            }, cancellationToken);
        return reached;
    }

    private async Task<string?> FailureAsync(IPAddress candidate, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(OneAddress, log.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        var end = new IPEndPoint(candidate, address.Port);
        try
        {
            using var socket = new Socket(candidate.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(end, stop.Token);
            return null;
        }
        catch (SocketException e)
        {
            return $"{end}: {e.Message}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"{end}: nothing came within {OneAddress.TotalSeconds:0} s";
        }
    }

    private Task<bool> CertifiedAsync(IPAddress reached, CancellationToken cancellationToken) => log.StepAsync(CheckNames.Certificate,
        "What listens there speaks no TLS that this node knows: is \"url\" to begin with http://, or to name another port?",
        async stop =>
        {
            using var socket = new Socket(reached.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(new IPEndPoint(reached, address.Port), stop);
            var judged = default(Finding);
            await using var tls = new SslStream(new NetworkStream(socket));
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = _host,
                ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                // Every certificate is taken here, to be looked at; the connection is closed again with nothing said.
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                {
                    judged = Certificate.Judge(certificate as X509Certificate2, chain, errors, _host, log.Time.GetUtcNow());
                    return true;
                },
            }, stop);
            var speaks = tls.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2 ? "offers HTTP/2" : "offers HTTP/1.1 only";
            return judged.Outcome == CheckOutcome.Failed
                ? judged
                : judged with { Saw = $"{judged.Saw} It {speaks}, over {tls.SslProtocol}." };
        }, cancellationToken);

    private static string Described(IPAddress found) => (IPAddress.IsLoopback(found), ThisMachine.Has(found)) switch
    {
        (true, _) => $"{found} (this machine, by loopback)",
        (_, true) => $"{found} (an address of this machine)",
        _ => found.ToString(),
    };
}
