using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>The shared layer's exceptions are internal; this is where they become the package's own.</summary>
internal static class Failures
{
    public static async Task<T> Translate<T>(Func<Task<T>> operation, Action<SqliteTransportException>? failed = null)
    {
        try
        {
            return await operation();
        }
        catch (SqliteFileException error)
        {
            var failure = new SqliteTransportException(Enum.Parse<SqliteTransportFailure>(error.Failure.ToString()), error.Path, error.Message, error);
            failed?.Invoke(failure);
            throw failure;
        }
    }
}
