using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sqlite.Shared;

/// <summary>A few connections that can only read. Each piece of work sees one snapshot of the file.</summary>
internal sealed class SqliteReaders(SqliteFileOptions options, SqliteFilePlace place) : IAsyncDisposable
{
    private readonly SemaphoreSlim _free = new(options.Readers);
    private readonly ConcurrentStack<SqliteFileConnection> _open = new();
    private volatile bool _disposed;

    /// <summary>Runs the work on the thread pool. Cancelling interrupts a statement that is under way.</summary>
    public async Task<T> RunAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return await Task.Run(() => Run(work, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Waits for reads under way, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        for (var i = 0; i < options.Readers; i++)
            await _free.WaitAsync().ConfigureAwait(false);
        while (_open.TryPop(out var connection))
            connection.Dispose();
        _free.Release(options.Readers);
    }

    private T Run<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        SqliteFileConnection? connection = null;
        try
        {
            place.Check();
            if (!_open.TryPop(out connection))
            {
                connection = SqliteFileConnection.OpenReader(options);
                place.Check();
            }

            T result;
            using (cancellationToken.UnsafeRegister(static handle => raw.sqlite3_interrupt((sqlite3)handle!), connection.Handle))
            {
                connection.Statement("BEGIN").Execute();
                result = work(connection);
                connection.Statement("COMMIT").Execute();
            }

            _open.Push(connection);
            return result;
        }
        catch (Exception error)
        {
            // A connection that failed is not used again: it may hold a snapshot, and so the log, for ever.
            connection?.Dispose();
            if (error is SqliteException { SqliteErrorCode: raw.SQLITE_INTERRUPT })
                throw new OperationCanceledException("The read was cancelled.", error, cancellationToken);
            if (SqliteFileException.From(error, options.Path) is SqliteFileException failure)
                throw failure;
            throw;
        }
    }
}
