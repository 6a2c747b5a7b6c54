using System.Diagnostics;

namespace Wanda.Interop.Tests.Machines;

/// <summary>
/// A network of its own on this machine, at the other end of a cable: what listens there has an address that is no interface's here, as a
/// container has.
/// </summary>
internal sealed class NetworkNamespace : IDisposable
{
    // Of the block that is for tests between networks (RFC 2544).
    private const string Here = "198.19.77.1/30";
    private readonly string _cable = "w" + Guid.NewGuid().ToString("N")[..8];

    private NetworkNamespace()
    {
    }

    public string Name => _cable + "ns";

    public string Address => "198.19.77.2";

    public static NetworkNamespace Create()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && File.Exists("/usr/sbin/ip"),
            "network namespaces are made by root with iproute2 (apt install iproute2)");
        var network = new NetworkNamespace();
        Ip($"netns add {network.Name}");
        Ip($"link add {network._cable} type veth peer name {network._cable}p netns {network.Name}");
        Ip($"addr add {Here} dev {network._cable}");
        Ip($"link set {network._cable} up");
        Ip($"-n {network.Name} addr add {network.Address}/30 dev {network._cable}p");
        Ip($"-n {network.Name} link set {network._cable}p up");
        Ip($"-n {network.Name} link set lo up");
        return network;
    }

    public void Dispose() => Ip($"netns del {Name}"); // and with it its end of the cable, and ours

    private static void Ip(string arguments)
    {
        using var process = Process.Start("/usr/sbin/ip", arguments.Split(' '));
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
