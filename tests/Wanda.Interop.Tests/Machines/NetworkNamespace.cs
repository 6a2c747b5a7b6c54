using System.Diagnostics;

namespace Wanda.Interop.Tests.Machines;

/// <summary>
/// A network of its own on this machine, at the other end of a cable: what listens there has an address that is no interface's here, as a
/// container has.
/// </summary>
internal sealed class NetworkNamespace : IDisposable
{
    private readonly string _cable = "w" + Guid.NewGuid().ToString("N")[..8];
    private readonly int _net;

    private NetworkNamespace(int net) => _net = net;

    public string Name => _cable + "ns";

    // Of the block that is for tests between networks (RFC 2544).
    public string Address => $"198.19.{_net}.2";

    /// <param name="net">Which of 256 it is: two of one number are not there at the same time.</param>
    public static NetworkNamespace Create(int net = 77)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && File.Exists("/usr/sbin/ip"),
            "network namespaces are made by root with iproute2 (apt install iproute2)");
        var network = new NetworkNamespace(net);
        Ip($"netns add {network.Name}");
        Ip($"link add {network._cable} type veth peer name {network._cable}p netns {network.Name}");
        Ip($"addr add 198.19.{net}.1/30 dev {network._cable}");
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
