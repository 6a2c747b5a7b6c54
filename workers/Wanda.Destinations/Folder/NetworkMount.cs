using System.Text.RegularExpressions;

namespace Wanda.Destinations.Folder;

/// <summary>
/// Which machine serves a mounted folder. What is not known to come over the network is taken for a disk of this machine (law 2).
/// </summary>
internal static partial class NetworkMount
{
    private const string MountInfo = "/proc/self/mountinfo";

    /// <summary>The host that serves the folder; null when it is on this machine, or that cannot be told.</summary>
    public static async Task<string?> ServerOfAsync(string path, CancellationToken cancellationToken) =>
        File.Exists(MountInfo) ? ServerOf(path, await File.ReadAllLinesAsync(MountInfo, cancellationToken)) : null;

    /// <param name="path">The folder.</param>
    /// <param name="mountInfo">The lines of <c>/proc/PID/mountinfo</c>, see proc(5).</param>
    internal static string? ServerOf(string path, IEnumerable<string> mountInfo)
    {
        // The last of equal mount points lies on top.
        var mount = mountInfo.Select(line => Line.Match(line)).Where(m => m.Success && IsBelow(path, Unescape(m.Groups["at"].Value)))
            .OrderBy(m => Unescape(m.Groups["at"].Value).Length).LastOrDefault();
        if (mount is null)
            return null;
        var source = Source.Match(Unescape(mount.Groups["source"].Value));
        return mount.Groups["type"].Value is "nfs" or "nfs4" or "cifs" or "smb3" or "smbfs" or "ceph" or "fuse.sshfs" or "fuse.glusterfs"
            or "afs" or "davfs" && source.Success
            ? source.Groups["host"].Value.Trim('[', ']')
            : null;
    }

    private static bool IsBelow(string path, string mount) =>
        mount == "/" || path == mount || path.StartsWith(mount + "/", StringComparison.Ordinal);

    private static string Unescape(string text) => Octal.Replace(text, m => ((char)Convert.ToInt32(m.Groups[1].Value, 8)).ToString());

    [GeneratedRegex(@"^\S+ \S+ \S+ \S+ (?<at>\S+) .*? - (?<type>\S+) (?<source>\S+)")]
    private static partial Regex Line { get; }

    // host:/path, user@host:path, //host/share, [::1]:/path
    [GeneratedRegex(@"^(//|(?<user>[^/@]+)@)?(?<host>\[[0-9A-Fa-f:.%]+\]|[^/:@]+)[:/]")]
    private static partial Regex Source { get; }

    [GeneratedRegex(@"\\([0-7]{3})")]
    private static partial Regex Octal { get; }
}
