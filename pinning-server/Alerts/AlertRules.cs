using System.Globalization;
using Wanda.Notify;

namespace Wanda.PinningServer;

/// <summary>The five things that the operator is told: a silent node, the disk, rot, a mass unpin, the certificate's end.</summary>
internal sealed class AlertRules(
    NodeList nodes, PinRemoval removal, DataFolder folder, Func<long> freeBytes, CertificateWatch certificate,
    PinningServerOptions options, TimeProvider time)
{
    private const string Silent = "silent/", Broken = "broken/", Unpinned = "unpinned/", Disk = "disk", Certificate = "certificate";

    // What falls by a file's size and rises again is not told twice.
    private const int DiskSlack = 2;

    private static readonly int[] DiskPercents = [80, 90];
    private static readonly TimeSpan[] CertificateDays = [TimeSpan.FromDays(14), TimeSpan.FromDays(3), TimeSpan.Zero];

    // Of a server that was off itself nobody was heard.
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    private readonly long _started = time.GetTimestamp();

    /// <summary>What is so now.</summary>
    /// <param name="before">What was so when it was last looked: of what cannot be seen now it stays.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<IReadOnlyList<Alert>> FindAsync(IReadOnlyDictionary<string, Alert> before, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var found = new List<Alert>();
        foreach (var node in await nodes.NowAsync(cancellationToken))
        {
            if (node.IsSilent(now) && (before.ContainsKey(Silent + node.Name) || time.GetElapsedTime(_started) >= Grace))
                found.Add(SilentNode(node));
            if (node.Broken > 0)
                found.Add(BrokenPins(node));
        }

        found.AddRange(removal.MassUnpins?.Select(MassUnpin) ?? before.Values.Where(a => a.Key.StartsWith(Unpinned, Ordinal)));
        if (FullDisk(before.GetValueOrDefault(Disk)?.Grade ?? 0) is { } disk)
            found.Add(disk);
        if (certificate.IsWatched)
        {
            var end = await certificate.EndAsync(cancellationToken);
            if ((end is { } at ? EndingCertificate(at, now) : before.GetValueOrDefault(Certificate)) is { } ending)
                found.Add(ending);
        }

        return [.. found.Select(a => a with { Since = before.TryGetValue(a.Key, out var known) ? known.Since : now })];
    }

    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static Alert SilentNode(NodeReport node) => new(
        Silent + node.Name, 1, NotificationSeverity.Warning, $"{node.Name} is silent for 2 nights",
        $"It was last heard of {Clock(node.LastSeen!.Value)}. Is it on, and has it a network? What it keeps here is kept.");

    // Told again when it is ten times as many.
    private static Alert BrokenPins(NodeReport node) => new(
        Broken + node.Name, node.Broken.ToString(CultureInfo.InvariantCulture).Length, NotificationSeverity.Warning,
        $"Pins of {node.Name} lost bytes here",
        Text($"{node.Broken} pins are no longer whole: a block is gone or damaged. The node sends them again when it next asks for a ")
            + "proof, if it still has them. Look at the disk; 'wanda pinning-server pins --broken' lists them.");

    private Alert MassUnpin(MassUnpin unpin) => new(
        Unpinned + unpin.Node, 1, NotificationSeverity.Urgent,
        Text($"{unpin.Node} ended {unpin.Ended} of its {unpin.Of} pins within a day"),
        Text($"They are kept for {options.KeepUnpinned.TotalDays:0.#} days. If that was not meant: ")
            + $"'wanda pinning-server revoke {unpin.Node}' ends its token, 'restore --node {unpin.Node}' gives the pins back.");

    private Alert? FullDisk(int before)
    {
        long percent = DataFolder.PercentUsed(folder.TotalBytes, freeBytes());
        int grade = DiskPercents.Where((at, i) => percent >= at - (before > i ? DiskSlack : 0)).Count();
        return grade == 0 ? null : new(
            Disk, grade, grade < DiskPercents.Length ? NotificationSeverity.Warning : NotificationSeverity.Urgent,
            Text($"The disk is {DiskPercents[grade - 1]} % full"),
            Text($"It is {percent} % full; {freeBytes()} bytes are free, and uploads are refused below {options.MinFreeBytes}. Nothing is ")
                + "evicted: give nodes smaller quotas, end pins, or take a larger disk.");
    }

    /// <summary>Null while the end is far.</summary>
    public static Alert? EndingCertificate(DateTimeOffset end, DateTimeOffset now)
    {
        int grade = CertificateDays.Count(left => end - now <= left);
        string title = end <= now ? "The certificate has ended" : Text($"The certificate ends in {(end - now).TotalDays:0.#} days");
        return grade == 0 ? null : new(
            Certificate, grade, grade == 1 ? NotificationSeverity.Warning : NotificationSeverity.Urgent, title,
            $"It ends {Clock(end)}. From then on no node reaches this server. Look at certbot or Caddy, which should have made another.");
    }

    private static string Clock(DateTimeOffset at) => Text($"{at.UtcDateTime:yyyy-MM-dd HH:mm} UTC");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
