using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Sqlite.Shared;

/// <summary>
/// A database that is damaged makes room under a name that says so, and what lies beside it with it. It is never deleted: somebody may
/// want to look at what can still be read in it.
/// </summary>
internal static class SqliteFileDamage
{
    private static readonly string[] Beside = ["", "-wal", "-shm"];
    private static readonly ConcurrentDictionary<string, bool> Met = new();

    /// <summary>Whether this process met damage in a file since it was last moved aside.</summary>
    public static bool WasMet(string path) => Met.ContainsKey(path);

    /// <summary>SQLite found a file damaged.</summary>
    public static void Note(string path) => Met[path] = true;

    /// <summary>Reads the whole file. A damage that changes no page's structure is not found: SQLite keeps no checksums.</summary>
    /// <returns>What is wrong with it; null when nothing is, or there is none.</returns>
    /// <exception cref="SqliteFileException">It cannot be told: the disk fails, it is locked, or may not be written.</exception>
    public static async Task<string?> FindAsync(SqliteFileOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!File.Exists(options.Path))
            return null;
        try
        {
            var file = await SqliteFile.OpenAsync(options, time, cancellationToken).ConfigureAwait(false);
            await using (file.ConfigureAwait(false))
                return await file.ReadAsync(QuickCheck, cancellationToken).ConfigureAwait(false) is var found and not "ok" ? found : null;
        }
        catch (SqliteFileException e) when (e is { Failure: SqliteFailure.Corrupt or SqliteFailure.NotADatabase, InnerException: not null })
        {
            return e.InnerException.Message;
        }
    }

    /// <summary>Moves it out of the way. Nobody may have it open.</summary>
    /// <returns>Where it is now.</returns>
    public static string SetAside(string path, TimeProvider time)
    {
        var aside = $"{path}.damaged-{time.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}";
        for (var number = 2; File.Exists(aside); number++)
            aside = $"{path}.damaged-{time.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}-{number}";
        // The log first: were it left beside the next file, SQLite would apply it there.
        foreach (var suffix in Beside.Reverse().Where(suffix => File.Exists(path + suffix)))
            File.Move(path + suffix, aside + suffix);
        Met.TryRemove(path, out _);
        return aside;
    }

    private static string QuickCheck(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA quick_check(1)";
        return (string)command.ExecuteScalar()!;
    }
}
