using System.IO.Enumeration;

namespace Wanda.CaptureProducer.Watch;

/// <summary>The files of a folder that may be frames: not hidden, not temporary, no links.</summary>
internal static class FolderScan
{
    private const int MaxDepth = 8;

    // What browsers, rsync, Syncthing, editors and capture programs call files that they have not finished.
    private static readonly string[] Temporary = [".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".swp", "~"];

    /// <summary>Looks once. Of twenty thousand files that are settled, none costs memory.</summary>
    /// <exception cref="IOException">The folder is not there.</exception>
    public static IEnumerable<WatchedFile> Files(FolderWatchOptions options, Fingerprints settled)
    {
        var enumeration = new EnumerationOptions
        {
            RecurseSubdirectories = options.IncludeSubfolders,
            MaxRecursionDepth = MaxDepth,
            AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint,
            // A subfolder that is closed to us is passed over; if it is the folder itself, the operator must know.
            IgnoreInaccessible = options.IncludeSubfolders,
        };
        return new FileSystemEnumerable<WatchedFile>(
            Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Folder)),
            (ref FileSystemEntry entry) => new WatchedFile(entry.ToFullPath(), entry.Length, Modified(ref entry)),
            enumeration)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                !entry.IsDirectory && !IsTemporary(entry.FileName)
                    && !settled.Contains(entry.Directory, entry.FileName, entry.Length, Modified(ref entry)),
        };
    }

    // A disk may hold any number for it; the year 10000 and the time before the year 1 are none.
    private static DateTimeOffset Modified(ref FileSystemEntry entry)
    {
        try
        {
            return entry.LastWriteTimeUtc;
        }
        catch (ArgumentOutOfRangeException)
        {
            return DateTimeOffset.MinValue;
        }
    }

    private static bool IsTemporary(ReadOnlySpan<char> name)
    {
        foreach (var suffix in Temporary)
        {
            if (name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return name.StartsWith("~", StringComparison.Ordinal);
    }
}
