using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sqlite.Shared;

/// <summary>A SQLite file could not be opened, read or written; <see cref="Failure"/> says which way it failed.</summary>
internal sealed class SqliteFileException(SqliteFailure failure, string path, string message, Exception? inner = null)
    : IOException(message, inner)
{
    /// <summary>What happened, for code.</summary>
    public SqliteFailure Failure { get; } = failure;

    /// <summary>The database file.</summary>
    public string Path { get; } = path;

    /// <summary>
    /// The one place where SQLite's result codes become failures; <see cref="SqliteFailure.Other"/> for an ordinary error in a statement.
    /// </summary>
    public static SqliteFailure Classify(SqliteException error) => error.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => SqliteFailure.DiskFull,
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => SqliteFailure.Locked,
        raw.SQLITE_READONLY or raw.SQLITE_PERM => SqliteFailure.ReadOnly,
        raw.SQLITE_NOTADB => SqliteFailure.NotADatabase,
        raw.SQLITE_CORRUPT => SqliteFailure.Corrupt,
        raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN => SqliteFailure.Io,
        _ => SqliteFailure.Other,
    };

    /// <summary>Turns a failure of the file into a typed one. An ordinary error (a constraint, bad SQL) comes back as it is.</summary>
    public static Exception From(Exception error, string path)
    {
        if (error is not SqliteException sqlite || Classify(sqlite) is SqliteFailure.Other)
            return error;
        var failure = Classify(sqlite);
        if (failure is SqliteFailure.Corrupt or SqliteFailure.NotADatabase)
            SqliteFileDamage.Note(path);
        return new SqliteFileException(failure, path, $"{Explain(failure, path, sqlite)} (SQLite: {sqlite.Message})", sqlite);
    }

    private static string Explain(SqliteFailure failure, string path, SqliteException error) => failure switch
    {
        SqliteFailure.Io when error.SqliteExtendedErrorCode == LogHandle.Replaced =>
            $"{path}-wal was deleted or replaced while it was in use. Stop every program that has {path} open before touching the files "
                + "beside it, and start them again.",
        SqliteFailure.DiskFull => $"No room left to write {path}. Nothing was stored; free some space and try again.",
        SqliteFailure.Locked => $"{path} is held by another program. Close what has it open for writing (a sqlite3 shell?) and try again.",
        SqliteFailure.ReadOnly => $"{path} cannot be written. Give this user write permission on the file and on its folder.",
        SqliteFailure.NotADatabase => $"{path} is not a SQLite database. Move it away, or point the configuration at the right file.",
        SqliteFailure.Corrupt => $"{path} is damaged. Keep a copy, then rebuild it or bring back a backup.",
        _ => $"The disk failed at {path}. Check the file system and the kernel log.",
    };
}
