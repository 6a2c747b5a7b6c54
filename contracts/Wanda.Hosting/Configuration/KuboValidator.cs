using System.Net;
using System.Text.RegularExpressions;

namespace Wanda.Hosting;

/// <summary>What is wrong with what is said of Kubo, a sentence a key.</summary>
internal static partial class KuboValidator
{
    public static IEnumerable<string> Problems(WandaOptions options)
    {
        var (ipfs, kubo) = (options.Ipfs, options.Ipfs.Kubo);
        foreach (var problem in (kubo.Manage ? Managed(ipfs) : Others(ipfs)).Concat(Ports(kubo)).Concat(Storage(kubo)))
            yield return problem;
        if (kubo.TokenFile is { } file && !File.Exists(file))
            yield return $"ipfs.kubo.tokenFile: {file} does not exist. Write the path of a file that holds the token.";
        if (!Version.TryParse(kubo.MinVersion, out _))
            yield return $"ipfs.kubo.minVersion: '{kubo.MinVersion}' is no version. Write \"0.43\".";
        if (kubo.PubsubTopic is not null)
        {
            yield return "ipfs.kubo.pubsubTopic: cannot be used yet: nodes that tell one another of their frames wait for the community's "
                + "part. Take it out.";
        }

        if (!kubo.AutoPin && ipfs.Mode == IpfsMode.Kubo)
        {
            yield return "ipfs.kubo.autoPin: contradicts ipfs.mode \"kubo\", which waits until Kubo has what was added. Write true, or "
                + "mode \"auto\".";
        }

        if (kubo.PinRemote == true && options.Destinations.Count == 0)
            yield return "ipfs.kubo.pinRemote: needs a place to pin at. Write one under \"destinations\", as kind \"pinning-service\".";
        if (kubo.PinRemote == false && options.Destinations.Count > 0)
            yield return "ipfs.kubo.pinRemote: contradicts \"destinations\", which get every frame. Take the one or the other out.";
    }

    private static IEnumerable<string> Others(IpfsOptions ipfs)
    {
        var kubo = ipfs.Kubo;
        foreach (var (key, isSaid) in OfManaged(kubo))
        {
            if (isSaid)
                yield return $"ipfs.kubo.{key}: is for a daemon that the node runs itself. Write \"manage\": true, or take it out.";
        }

        if (kubo.Address is null)
        {
            if (ipfs.Mode == IpfsMode.Kubo)
            {
                yield return "ipfs.kubo.url: is missing. Write the address of Kubo's RPC, as \"http://127.0.0.1:5001\", or \"manage\": "
                    + "true, or ipfs.mode \"embedded\".";
            }
        }
        // Not repeated in the message when there may be a password in it.
        else if (kubo.Address.Contains('@'))
        {
            yield return "ipfs.kubo.url: holds a user name. Take it out and write \"token\" or \"tokenFile\".";
        }
        else if (!KuboUrl.IsAddress(kubo.Address))
        {
            yield return $"ipfs.kubo.url: '{kubo.Address}' is no address. Write that of Kubo's RPC, as \"http://127.0.0.1:5001\", "
                + "\"unix:/run/ipfs/rpc.sock\", \"/ip4/127.0.0.1/tcp/5001\", or the folder of its repository.";
        }

        if (kubo.Url is not null && (kubo.DaemonAddr is not null || kubo.ApiPort is not null))
            yield return "ipfs.kubo.url: says the same as daemonAddr and apiPort. Write the one or the other.";
    }

    private static IEnumerable<string> Managed(IpfsOptions ipfs)
    {
        var kubo = ipfs.Kubo;
        if (kubo.Url is not null)
            yield return "ipfs.kubo.manage: contradicts ipfs.kubo.url, another's daemon. Take the one or the other out.";
        if (kubo.Token is not null || kubo.TokenFile is not null)
            yield return "ipfs.kubo.token: a managed daemon wants none: nobody else reaches its socket. Take it out.";
        if (ipfs.Mode == IpfsMode.Embedded)
            yield return "ipfs.kubo.manage: contradicts ipfs.mode \"embedded\": the daemon would be given nothing. Write \"auto\".";
        if (kubo.DaemonAddr is { } host && !(IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip)))
        {
            yield return $"ipfs.kubo.daemonAddr: '{host}' is not this machine. Whoever reaches a Kubo's RPC may do all; write "
                + "\"127.0.0.1\", or leave it out.";
        }

        if (kubo.DaemonAddr is not null && kubo.ApiPort is null)
            yield return "ipfs.kubo.apiPort: is missing. Write the port of daemonAddr, or leave both out: it has a socket of its own.";
        foreach (var address in kubo.SwarmAddresses.Where(a => !Address().IsMatch(a)))
            yield return Multiaddress("swarmAddresses", address, "/ip4/0.0.0.0/tcp/4001");
        foreach (var address in kubo.AnnounceAddresses.Where(a => !Address().IsMatch(a)))
            yield return Multiaddress("announceAddresses", address, "/dns4/node.example.org/tcp/4001");
        foreach (var address in kubo.BootstrapNodes.Where(a => a != "auto" && !Peer().IsMatch(a)))
            yield return Multiaddress("bootstrapNodes", address, "/ip4/10.0.0.2/tcp/4001/p2p/12D3KooW...\" or \"auto");
        if (kubo.AnnounceAddresses.Count > 0 && kubo.SwarmAddresses.Count == 0)
            yield return "ipfs.kubo.announceAddresses: nobody is answered there: swarmAddresses is empty. Write where it listens.";
        if (kubo.DhtMode == KuboDhtMode.Server && kubo.SwarmAddresses.Count == 0)
            yield return "ipfs.kubo.dhtMode: \"server\" answers others, and swarmAddresses is empty. Write where it listens.";
        if (kubo.DhtMode != KuboDhtMode.None && kubo.BootstrapNodes.Count == 0)
        {
            yield return "ipfs.kubo.dhtMode: finds nobody without bootstrapNodes. Write a peer's address, or \"auto\" for the public "
                + "network.";
        }

        if (kubo.RelayEnabled && kubo.SwarmAddresses.Count + kubo.BootstrapNodes.Count == 0)
            yield return "ipfs.kubo.relayEnabled: a daemon that meets nobody needs no relay. Write bootstrapNodes, or take it out.";
        if (Version.TryParse(kubo.MinVersion, out var version) && version < new Version(0, 43))
            yield return "ipfs.kubo.minVersion: older ones than 0.43 are not managed (CVE-2026-46679). Write \"0.43\", or take it out.";
    }

    /// <summary>What makes no sense for a daemon that somebody else configures, and whether it was said.</summary>
    private static (string Key, bool IsSaid)[] OfManaged(KuboOptions kubo) =>
    [
        ("unit", kubo.Unit), ("program", kubo.Program is not null), ("profile", kubo.Profile is not null), ("migrate", kubo.Migrate),
        ("gatewayPort", kubo.GatewayPort is not null), ("swarmAddresses", kubo.SwarmAddresses.Count > 0),
        ("bootstrapNodes", kubo.BootstrapNodes.Count > 0), ("announceAddresses", kubo.AnnounceAddresses.Count > 0),
        ("dhtMode", kubo.DhtMode != KuboDhtMode.None), ("relayEnabled", kubo.RelayEnabled),
    ];

    private static IEnumerable<string> Ports(KuboOptions kubo)
    {
        foreach (var (key, port) in new[] { ("apiPort", kubo.ApiPort), ("gatewayPort", kubo.GatewayPort) })
        {
            if (port is < 1 or > 65535)
                yield return $"ipfs.kubo.{key}: {port} is no port. Write 1 to 65535.";
        }

        if (kubo.GatewayPort is { } gateway && gateway == kubo.ApiPort)
            yield return $"ipfs.kubo.gatewayPort: {gateway} is that of the RPC as well. Write another.";
    }

    private static IEnumerable<string> Storage(KuboOptions kubo)
    {
        if (kubo.GcWatermark is < 1 or > 100)
            yield return $"ipfs.kubo.gcWatermark: {kubo.GcWatermark} cannot be used. Write a percentage of maxStorage, 1 to 100.";
        else if (kubo.GcWatermark != new KuboOptions().GcWatermark && kubo.MaxStorage is null)
            yield return "ipfs.kubo.gcWatermark: is a percentage of maxStorage, which is missing. Write that too.";
        else if (kubo.GcWatermark != new KuboOptions().GcWatermark && !kubo.IsOurs)
            yield return "ipfs.kubo.gcWatermark: what others use is not collected from here. Write \"shared\": false, or take it out.";
        if (kubo.MaxStorage is { } most && most.Bytes < 100_000_000)
            yield return $"ipfs.kubo.maxStorage: {most} is too little for a frame and its copy. Write at least 100MB.";
    }

    private static string Multiaddress(string key, string address, string example) =>
        $"ipfs.kubo.{key}: '{address}' is no multiaddress. Write \"{example}\".";

    [GeneratedRegex("^/(ip4|ip6|dns|dns4|dns6)/[^/]+/(tcp|udp)/[0-9]{1,5}(/[a-z0-9-]+)*$")]
    private static partial Regex Address();

    [GeneratedRegex("^/(ip4|ip6|dns|dns4|dns6|dnsaddr)/[^/]+(/(tcp|udp)/[0-9]{1,5})?(/[a-z0-9-]+)*/p2p/[1-9A-HJ-NP-Za-km-z]{30,80}$")]
    private static partial Regex Peer();
}
