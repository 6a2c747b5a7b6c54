namespace Sqlite.Shared;

/// <summary>The ways a SQLite file fails that a caller can tell apart and act on.</summary>
internal enum SqliteFailure
{
    /// <summary>Anything else; the message carries SQLite's own words.</summary>
    Other,

    /// <summary>SQLite's library, which comes with the packages, cannot be loaded here.</summary>
    LibraryMissing,

    /// <summary>Another part of the program chose a SQLite that is older than <see cref="SqliteLibrary.Needed"/>.</summary>
    LibraryTooOld,

    /// <summary>The folder of the file does not exist.</summary>
    FolderMissing,

    /// <summary>The file or its folder may not be written by this user, or the file system is read-only.</summary>
    ReadOnly,

    /// <summary>The file is not a SQLite database, or belongs to another program.</summary>
    NotADatabase,

    /// <summary>A page of the database is damaged.</summary>
    Corrupt,

    /// <summary>The disk, or the user's quota, is full. Nothing was written; later writes succeed once there is room.</summary>
    DiskFull,

    /// <summary>The disk failed to read or write.</summary>
    Io,

    /// <summary>Another process kept the write lock for longer than the lock timeout.</summary>
    Locked,

    /// <summary>The file was written by a newer version of this program.</summary>
    NewerSchema,

    /// <summary>The file is on a network file system, whose locks cannot be relied on.</summary>
    NetworkFileSystem,

    /// <summary>
    /// The file was deleted or replaced while it was open. Nothing is written or read until it is back; another one takes a new start.
    /// </summary>
    Replaced,
}
