namespace Sqlite.Shared;

/// <summary>Whether a folder is on a network file system, as far as the system tells: .NET asks statfs(2) or GetDriveType.</summary>
internal static class NetworkFolder
{
    /// <returns>The file system's name; null for a local folder, and where it cannot be told.</returns>
    public static string? FormatOf(string folder)
    {
        if (OperatingSystem.IsWindows() && folder.StartsWith(@"\\", StringComparison.Ordinal))
            return "a network share"; // it has no drive that could be asked
        try
        {
            return new DriveInfo(folder) is { DriveType: DriveType.Network } drive ? drive.DriveFormat : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
