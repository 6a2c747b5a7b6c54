using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>The shared layer's exceptions are internal; this is where they become the package's own.</summary>
internal static class Failures
{
    public static async Task<T> Translate<T>(string path, Func<Task<T>> operation, Action<SqliteTransportException>? failed = null)
    {
        try
        {
            return await operation().ConfigureAwait(false);
        }
        catch (Exception error) when (From(error, path) is { } failure)
        {
            failed?.Invoke(failure);
            throw failure;
        }
    }

    /// <summary>
    /// Null for what is no failure of the file: a wrong argument, a cancelled token, an object that was disposed of, a queue that is not
    /// there.
    /// </summary>
    private static SqliteTransportException? From(Exception error, string path) => error switch
    {
        SqliteFileException file => new(Enum.Parse<SqliteTransportFailure>(file.Failure.ToString()), file.Path, file.Message, file),
        SqliteException sqlite => new(SqliteTransportFailure.Other, path, $"SQLite failed at {path}: {sqlite.Message}", sqlite),
        IOException or UnauthorizedAccessException =>
            new(SqliteTransportFailure.Io, path, $"The system failed at {path}, or at a file beside it: {error.Message}", error),
        _ => null,
    };
}
