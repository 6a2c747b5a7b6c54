using Microsoft.Data.Sqlite;

namespace Sqlite.Shared;

/// <summary>Numbered migrations: script n takes the file from <c>user_version</c> n to n + 1.</summary>
internal static class SqliteMigrations
{
    /// <summary>
    /// Applies one script unless the file has it already. Runs inside a write, so that two processes cannot both apply it.
    /// </summary>
    /// <exception cref="SqliteFileException">The file is of a newer version than the scripts, or belongs to another program.</exception>
    public static void Apply(SqliteConnection connection, IReadOnlyList<string> scripts, int number, SqliteFileOptions options)
    {
        var file = (SqliteFileConnection)connection;
        var version = file.Number("PRAGMA user_version");
        if (version > scripts.Count)
        {
            throw new SqliteFileException(SqliteFailure.NewerSchema, options.Path,
                $"{options.Path} has schema version {version}, this program knows up to {scripts.Count}. Install the newer program again; "
                    + "the file was left as it is.");
        }

        CheckOwner(file, version, options);
        if (version > number)
            return;
        file.Run(scripts[number]);
        file.Run($"PRAGMA user_version = {number + 1}");
        if (options.ApplicationId != 0)
            file.Run($"PRAGMA application_id = {options.ApplicationId}");
    }

    private static void CheckOwner(SqliteFileConnection file, long version, SqliteFileOptions options)
    {
        if (options.ApplicationId == 0 || file.Number("PRAGMA application_id") == options.ApplicationId)
            return;
        if (version > 0 || file.Number("SELECT count(*) FROM sqlite_schema") > 0)
        {
            throw new SqliteFileException(SqliteFailure.NotADatabase, options.Path,
                $"{options.Path} is a database of another program. Point the configuration at the right file; this one was left as it is.");
        }
    }
}
