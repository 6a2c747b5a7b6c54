using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Wanda.Destinations;

/// <summary>Whether a host is this machine: a copy there fails with it and counts for nothing (law 2).</summary>
internal static class ThisMachine
{
    public static async Task<bool> HasAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host.Trim('[', ']'), cancellationToken);
            return addresses.Any(Has);
        }
        catch (SocketException e)
        {
            // The host was reached a moment ago, and now its name does not resolve. Whether it is this machine is written into the proof,
            // which counts for weeks: it must not be a guess.
            throw new DestinationDownException(
                $"{host} cannot be resolved ({e.Message}), so it is not known whether it is this machine.", inner: e);
        }
    }

    /// <summary>Whether an address is one of this machine's.</summary>
    public static bool Has(IPAddress address) => IPAddress.IsLoopback(address) || Ours().Contains(address);

    private static HashSet<IPAddress> Ours() => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(i => i.GetIPProperties().UnicastAddresses).Select(a => a.Address).ToHashSet();
}
