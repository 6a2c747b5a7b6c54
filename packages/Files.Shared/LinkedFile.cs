using Microsoft.Win32.SafeHandles;

namespace Files.Shared;

/// <summary>
/// A name of ours that is a link to a file of another program: that file is read as if it lay here, and nothing of it is copied. Linux
/// alone; elsewhere a file is copied.
/// </summary>
internal static class LinkedFile
{
    /// <summary>Where a link leads to; null when the path is none, or nothing.</summary>
    public static string? TargetOf(string path) => new FileInfo(path).LinkTarget;

    /// <summary>
    /// Makes a link: after a power cut it is there whole, or what was there before. Its temporary name lies in
    /// <paramref name="temporaries"/>, which is made when it is missing and is on the same file system.
    /// </summary>
    /// <exception cref="IOException">
    /// The name is taken and <paramref name="overwrite"/> is false, or the disk refuses, or has no links.
    /// </exception>
    public static void Make(string path, string temporaries, string target, bool overwrite)
    {
        Directory.CreateDirectory(temporaries);
        var temporary = Path.Combine(temporaries, $"{Guid.NewGuid():N}{DurableFile.TemporarySuffix}");
        File.CreateSymbolicLink(temporary, target);
        try
        {
            DurableFile.Rename(temporary, path, overwrite);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        DurableFile.SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Removes a link, and nothing of what it leads to, and makes that durable.</summary>
    /// <returns>False where there is none: what is there was left alone.</returns>
    public static bool Remove(string path)
    {
        if (TargetOf(path) is null)
            return false;
        DurableFile.Delete(path);
        return true;
    }

    /// <summary>Opens the regular file that a link leads to, itself no link; null when there is none.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SafeFileHandle? Open(string target)
    {
        if (!Directory.Exists(Path.GetDirectoryName(target)))
            return null;
        using var folder = Posix.HoldFolder(Path.GetDirectoryName(target)!);
        return folder is null || Posix.IdentityIn(folder, Path.GetFileName(target)) is null
            ? null
            : Posix.OpenIn(folder, Path.GetFileName(target));
    }

    /// <summary>What it is now; null when there is none.</summary>
    public static (FileIdentity File, long ChangedNs)? IdentityOf(string target)
    {
        if (!Directory.Exists(Path.GetDirectoryName(target)))
            return null;
        using var folder = Posix.HoldFolder(Path.GetDirectoryName(target)!);
        return folder is null ? null : Posix.IdentityIn(folder, Path.GetFileName(target));
    }
}
