using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>
/// Says of the Kubo beside the node only what is not as it should be: the embedded store has everything, so one that is up needs no line.
/// </summary>
internal static class KuboNotices
{
    /// <summary>What mends itself within a moment, and becomes the operator's when it does not.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly string[] Mending = ["ended", "noAnswer", "unhealthy"];

    /// <param name="kubo">What it takes; null when none is used.</param>
    /// <param name="life">How it is, when the node runs it; null when it does not.</param>
    /// <param name="mode">Whether anything waits for it.</param>
    /// <param name="now">The time.</param>
    public static IEnumerable<Notice> Of(KuboReport? kubo, KuboLife? life, IpfsMode mode, DateTimeOffset now)
    {
        if (life is { Trouble: not "none" })
        {
            var waits = kubo is { Up: false, Waiting: > 0 }
                ? mode == IpfsMode.Kubo
                    ? " New frames wait for it, as ipfs.mode says."
                    : $" {kubo.Waiting:N0} wait for it, and are kept here."
                : "";
            var isMending = Mending.Contains(life.Trouble) && now - life.Since < Patience && mode != IpfsMode.Kubo;
            yield return new(isMending ? Severity.Waiting : Severity.NeedsYou, $"The node's Kubo: {life.Reason}{waits}", "/ipfs")
            {
                Since = life.Since,
                Brief = Brief(life.Trouble),
            };
            if (kubo is null or { Up: false })
                yield break;
        }

        if (Words(kubo, mode) is { } notice)
            yield return notice;
    }

    private static Notice? Words(KuboReport? kubo, IpfsMode mode) => kubo switch
    {
        { Problem: { } problem } => new(
            Severity.NeedsYou, $"Kubo does not take all that it should ({kubo.Waiting:N0} wait): {problem}", "/ipfs")
        {
            Brief = "Kubo does not take all that it should",
        },
        { Up: false } when mode == IpfsMode.Kubo => new(
            Severity.NeedsYou, $"New frames wait for Kubo, as ipfs.mode says: {kubo.Reason}", "/ipfs")
        {
            Since = kubo.Since,
            Brief = "new frames wait for Kubo",
        },
        { Up: false, Waiting: > 0 } => new(
            Severity.Waiting, $"{kubo.Waiting:N0} wait for Kubo, and are kept here: {kubo.Reason}", "/ipfs")
        {
            Since = kubo.Since,
        },
        _ => null,
    };

    private static string Brief(string trouble) => trouble switch
    {
        "notFound" => "Kubo is not installed",
        "wrongVersion" => "Kubo is the wrong version",
        "locked" => "another process has Kubo's repository",
        "repositoryNewer" => "Kubo's repository is newer than Kubo",
        "repositoryOlder" => "Kubo's repository waits to be migrated",
        "configuration" => "Kubo's configuration cannot be used",
        "storageFull" => "Kubo's disk is full",
        "addressTaken" => "Kubo's address is taken",
        "denied" => "Kubo may not use its repository",
        "noAnswer" => "Kubo does not answer",
        "unitDown" => "Kubo's unit does not run",
        "unhealthy" => "Kubo cannot read its repository",
        _ => "Kubo does not run",
    };
}
