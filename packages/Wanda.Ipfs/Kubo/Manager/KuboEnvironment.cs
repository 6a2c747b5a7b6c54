using System.Diagnostics;

namespace Wanda.Ipfs;

/// <summary>What a program of Kubo's is told through its environment.</summary>
internal static class KuboEnvironment
{
    // All else stays behind: tokens of ours, the socket on which systemd is told that we are up, a proxy.
    private static readonly string[] Kept = ["PATH", "HOME", "TMPDIR", "LANG", "TZ"];

    public static void Set(ProcessStartInfo start, string? repository)
    {
        foreach (string name in start.Environment.Keys.Except(Kept).ToList())
            start.Environment.Remove(name);
        start.Environment["IPFS_TELEMETRY"] = "off";
        if (repository is null)
            return;
        start.Environment["IPFS_PATH"] = repository;
        // Without its key a private network's daemon would be a public one, and say nothing.
        if (File.Exists(Path.Combine(repository, "swarm.key")))
            start.Environment["LIBP2P_FORCE_PNET"] = "1";
    }
}
