namespace Wanda.Ipfs;

/// <summary>
/// Why a daemon ended, by the last words that it wrote: it has one exit code for all. What is not known here is told as it was said.
/// </summary>
internal static class DaemonEnd
{
    private const int MaxText = 300;

    private static readonly (string Said, KuboTrouble Trouble, string Sentence)[] Known =
    [
        ("someone else has the lock", KuboTrouble.Locked,
            "Another process uses the repository {0}. End that daemon, or let it be used as it is: ipfs.kubo.url."),
        ("lower than your repos", KuboTrouble.RepositoryNewer,
            "The repository {0} was written by a newer Kubo. Install that version or a newer one (wanda ipfs install)."),
        ("requires migration", KuboTrouble.RepositoryOlder, Older),
        ("Run migrations now", KuboTrouble.RepositoryOlder, Older),
        ("no space left on device", KuboTrouble.StorageFull, "The disk of {0} is full. Free some room; it is started again by itself."),
        ("address already in use", KuboTrouble.AddressTaken,
            "An address that Kubo is to listen on is taken. Change ipfs.kubo.apiPort, gatewayPort or swarmAddresses, or end who has it."),
        ("permission denied", KuboTrouble.Denied, "Kubo may not use all of {0}. Give it to the user that runs it."),
        ("error loading plugins", KuboTrouble.Configuration, "Kubo's configuration in {0} cannot be read. Mend it, or put back a copy."),
        ("private network was not configured", KuboTrouble.Configuration,
            "A private network is wanted, and {0}/swarm.key is not there. Put it back."),
    ];

    private const string Older =
        "The repository {0} was written by an older Kubo. There is no way back from a migration: copy it, and set ipfs.kubo.migrate.";

    /// <summary>The trouble and its sentence.</summary>
    /// <param name="said">What it wrote, the last of it.</param>
    /// <param name="repository">Its repository.</param>
    public static (KuboTrouble Trouble, string Reason) Of(string said, string repository)
    {
        foreach (var (words, trouble, sentence) in Known)
        {
            if (said.Contains(words, StringComparison.Ordinal))
                return (trouble, sentence.Replace("{0}", repository, StringComparison.Ordinal));
        }

        string[] lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string? last = lines.LastOrDefault(l => l.StartsWith("Error:", StringComparison.Ordinal)) ?? lines.LastOrDefault();
        return (KuboTrouble.Ended, last is null ? "Kubo ended and said nothing." : $"Kubo ended. It said last: {Clean(last)}");
    }

    private static string Clean(string line)
    {
        string cut = line.Length <= MaxText ? line : line[..MaxText] + "…";
        return string.Concat(cut.Select(c => char.IsControl(c) ? ' ' : c));
    }
}
