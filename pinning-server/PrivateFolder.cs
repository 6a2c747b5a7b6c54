using System.Runtime.Versioning;
using Files.Shared;

namespace Wanda.PinningServer;

/// <summary>A server's data folder is its user's alone: mode 700, and 600 for the files in it, whatever the umask was.</summary>
internal static class PrivateFolder
{
    private const UnixFileMode Owners = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// Makes the folder, or narrows one that others can reach, with what a server has in it; whatever this process makes from now on is
    /// its user's alone. Where there are no modes (Windows) the folder's access list has to do the protecting.
    /// </summary>
    /// <param name="root">The folder. One that has other things in it and no database is left as it is: it may be anybody's.</param>
    /// <param name="database">The server's, in it; narrowed after all else: as long as it is not, this is not done.</param>
    /// <returns>Why others can reach it still, and what to do; null when they cannot.</returns>
    public static string? Open(string root, string database)
    {
        if (OperatingSystem.IsWindows())
        {
            DurableFile.CreateDirectory(root);
            return null;
        }

        Posix.MakeForOwner();
        DurableFile.CreateDirectory(root);
        try
        {
            if (IsWide(database) || (IsWide(root) && (File.Exists(database) || !Directory.EnumerateFileSystemEntries(root).Any())))
            {
                Narrow(root);
                foreach (string path in OfServer(root).Where(p => p != database))
                    Narrow(path);
                Narrow(database);
            }

            return IsWide(root) ? $"Others on this machine can look into {root}. Run chmod go= {root} if it is this server's alone." : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"Others on this machine may read {root}: {e.Message} Run chmod -R go= {root} as its owner.";
        }
    }

    // What a link leads to is somebody else's.
    private static IEnumerable<string> OfServer(string root) =>
    [
        .. new[] { "pins.db*", "server.*", "operator.token" }.SelectMany(names => Directory.EnumerateFiles(root, names)),
        .. new[] { "blocks", "uploads" }.Select(name => new DirectoryInfo(Path.Combine(root, name)))
            .Where(folder => folder is { Exists: true, LinkTarget: null }).SelectMany(folder => Directory.EnumerateFileSystemEntries(
                folder.FullName, "*", new EnumerationOptions
                {
                    RecurseSubdirectories = true,
                    AttributesToSkip = FileAttributes.ReparsePoint,
                }).Prepend(folder.FullName)),
    ];

    [UnsupportedOSPlatform("windows")]
    private static void Narrow(string path)
    {
        try
        {
            if (IsWide(path))
                File.SetUnixFileMode(path, File.GetUnixFileMode(path) & Owners);
        }
        catch (FileNotFoundException)
        {
            // It went meanwhile.
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static bool IsWide(string path) => Path.Exists(path) && (File.GetUnixFileMode(path) & ~Owners) != 0;
}
