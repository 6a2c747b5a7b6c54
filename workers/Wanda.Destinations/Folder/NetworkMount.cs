using System.Text.RegularExpressions;
using Files.Shared;

namespace Wanda.Destinations.Folder;

/// <summary>
/// Which server's name a mounted folder comes from. What is not known to come over the network is taken for a disk of this machine (law 2).
/// </summary>
internal static partial class NetworkMount
{
    /// <summary>The host that serves the folder; null when it is on this machine, or that cannot be told.</summary>
    public static async Task<string?> ServerOfAsync(string path, CancellationToken cancellationToken) =>
        File.Exists(Mount.Table) ? ServerOf(path, await File.ReadAllLinesAsync(Mount.Table, cancellationToken)) : null;

    /// <param name="path">The folder.</param>
    /// <param name="table">The lines of a mount table.</param>
    internal static string? ServerOf(string path, IEnumerable<string> table) =>
        Mount.Of(path, Mount.Of(table)) is
        {
            Type: "nfs" or "nfs4" or "cifs" or "smb3" or "smbfs" or "ceph" or "fuse.sshfs" or "fuse.glusterfs" or "afs" or "davfs"
        } mount && Source.Match(mount.Source) is { Success: true } source
            ? source.Groups["host"].Value.Trim('[', ']')
            : null;

    // host:/path, user@host:path, //host/share, [::1]:/path
    [GeneratedRegex(@"^(//|(?<user>[^/@]+)@)?(?<host>\[[0-9A-Fa-f:.%]+\]|[^/:@]+)[:/]")]
    private static partial Regex Source { get; }
}
