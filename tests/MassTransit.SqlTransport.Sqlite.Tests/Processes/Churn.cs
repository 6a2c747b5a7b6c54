using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Tests.Processes;

/// <summary>
/// Writes without a pause to a file that several processes share, with a checkpoint after every few pages and another at every rest: the
/// race in which SQLite before 3.51.3 can corrupt a file (https://sqlite.org/wal.html#walresetbug).
/// </summary>
internal static class Churn
{
    public static readonly string[] Schema =
    [
        "CREATE TABLE row (id INTEGER PRIMARY KEY AUTOINCREMENT, process INTEGER NOT NULL, n INTEGER NOT NULL, waited INTEGER NOT NULL, "
            + "filling BLOB NOT NULL) STRICT",
        "CREATE INDEX row_process ON row (process, n)",
    ];

    public static SqliteFileOptions Options(string path) =>
        new() { Path = path, CheckpointEvery = 32 << 10, IdleAfter = TimeSpan.FromMilliseconds(1) };

    public static async Task RunAsync(string path, Action<int> say, Task ended)
    {
        await using var file = await SqliteFile.OpenAsync(Options(path), TimeProvider.System, default);
        Console.WriteLine("ready");
        for (var n = 0; !ended.IsCompleted; n++)
        {
            var number = n;
            // How many rows others put in between asking and getting the turn.
            var last = await file.ReadAsync(Last, default);
            await file.WriteAsync(connection =>
            {
                connection.Statement("INSERT INTO row (process, n, waited, filling) VALUES (?1, ?2, ?3, randomblob(?4))")
                    .Bind(1, Environment.ProcessId).Bind(2, number).Bind(3, Last(connection) - last).Bind(4, 100 + number % 3000).Execute();
                if (number % 7 == 6) // and free pages, so that they are used again
                {
                    connection.Statement("UPDATE row SET filling = x'' WHERE process = ?1 AND n < ?2 AND n >= ?2 - 7")
                        .Bind(1, Environment.ProcessId).Bind(2, number).Execute();
                }
            }, default);
            say(n);
        }
    }

    private static long Last(SqliteConnection connection) =>
        ((SqliteFileConnection)connection).Number("SELECT coalesce(max(id), 0) FROM row");
}
