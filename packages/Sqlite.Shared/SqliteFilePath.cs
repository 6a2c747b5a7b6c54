namespace Sqlite.Shared;

/// <summary>What can be known to be wrong with a path before SQLite tries it.</summary>
internal static class SqliteFilePath
{
    /// <summary>The absolute path with a link resolved, so that all who use the file agree on the names of its locks.</summary>
    /// <exception cref="SqliteFileException">No usable library, no folder, or a network file system.</exception>
    public static string Check(string path)
    {
        var full = Path.GetFullPath(path);
        SqliteLibrary.Load(full);
        if (new FileInfo(full).LinkTarget is not null)
            full = File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
        var folder = Path.GetDirectoryName(full)!;
        if (!Directory.Exists(folder))
        {
            throw new SqliteFileException(SqliteFailure.FolderMissing, full,
                $"The folder {folder} does not exist, so {Path.GetFileName(full)} cannot be opened. Create it, or mount the disk that "
                    + "holds it.");
        }

        if (Directory.Exists(full))
            throw new SqliteFileException(SqliteFailure.NotADatabase, full, $"{full} is a folder; give the path of a file.");
        if (NetworkFolder.FormatOf(folder) is { } format)
        {
            throw new SqliteFileException(SqliteFailure.NetworkFileSystem, full,
                $"{full} is on a network file system ({format}), whose locks do not protect it. Put it on a local disk.");
        }

        return full;
    }
}
