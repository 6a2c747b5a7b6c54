namespace MassTransit.SqlTransport.Sqlite;

/// <summary>The queue file could not be opened, read or written. Nothing of the failed operation was stored.</summary>
public sealed class SqliteTransportException : Exception
{
    internal SqliteTransportException(SqliteTransportFailure failure, string path, string message, Exception? inner)
        : base(message, inner)
    {
        Failure = failure;
        Path = path;
    }

    /// <summary>What happened, for code. The message says it for people, with what to do.</summary>
    public SqliteTransportFailure Failure { get; }

    /// <summary>The queue file.</summary>
    public string Path { get; }

    /// <summary>
    /// Whether the same operation can succeed later with nothing done to the file itself: no room, a held lock, a failing disk.
    /// </summary>
    public bool IsTransient => Failure is SqliteTransportFailure.DiskFull or SqliteTransportFailure.Locked or SqliteTransportFailure.Io;
}

/// <summary>The ways a queue file fails.</summary>
public enum SqliteTransportFailure
{
    /// <summary>Anything else; the message carries SQLite's own words.</summary>
    Other,

    /// <summary>SQLite's library, which comes with the package, cannot be loaded here; the message says what it needs.</summary>
    LibraryMissing,

    /// <summary>
    /// Another part of the program chose a SQLite that is too old; the message says which version was found and which is needed. The health
    /// check also gives it, as degraded, for one that works but has SQLite's WAL-reset bug (3.7.0 to 3.51.2).
    /// </summary>
    LibraryTooOld,

    /// <summary>The folder of the file does not exist.</summary>
    FolderMissing,

    /// <summary>The file, or its folder, may not be written.</summary>
    ReadOnly,

    /// <summary>The file is not a SQLite database, or is another program's.</summary>
    NotADatabase,

    /// <summary>The file is damaged.</summary>
    Corrupt,

    /// <summary>The disk is full. Later operations succeed once there is room.</summary>
    DiskFull,

    /// <summary>The disk failed to read or write.</summary>
    Io,

    /// <summary>Another process held the file for longer than the lock timeout.</summary>
    Locked,

    /// <summary>The file was written by a newer version of this package, and was left as it is.</summary>
    NewerSchema,

    /// <summary>The file is on a network file system, whose locks do not protect it.</summary>
    NetworkFileSystem,

    /// <summary>
    /// The file was deleted, moved away or replaced while it was in use. Nothing is written to it or read from it any more until the same
    /// file is back at its path; another file there is used after a restart.
    /// </summary>
    Replaced,
}
