namespace Sqlite.Shared;

/// <summary>
/// Whether the path still leads to the file that was opened there. What is written to one that was deleted or replaced is lost with the
/// last handle, and who opens another in its place mixes two databases. So nothing is written or read until the same file is back; another
/// one takes a new start.
/// </summary>
internal sealed class SqliteFilePlace(string path)
{
    private FileNode? _opened;

    /// <summary>A connection has been opened: the first one's file is the one to stay with.</summary>
    /// <exception cref="SqliteFileException">It is of another file.</exception>
    public void Opened()
    {
        _opened ??= FileNode.Of(path);
        Check();
    }

    /// <exception cref="SqliteFileException">The file is no longer there, or another is.</exception>
    public void Check()
    {
        if (_opened is not { } opened || FileNode.Of(path, otherwise: opened) is var now && now == opened)
            return;
        throw new SqliteFileException(SqliteFailure.Replaced, path, now is null
            ? $"{path} was deleted or moved away while it was in use; nothing is written any more. Move it back and all goes on. When it "
                + $"is gone for good: stop every program that uses it, delete {path}-wal and {path}-shm, put a backup in its place if "
                + "there is one, and start again."
            : $"{path} was replaced by another file while it was in use; nothing is written any more. Stop every program that uses it, "
                + $"delete {path}-wal and {path}-shm, which belong to the old one, put the right file in its place, and start again.");
    }
}
