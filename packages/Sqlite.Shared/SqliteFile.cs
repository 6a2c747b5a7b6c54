using Microsoft.Data.Sqlite;

namespace Sqlite.Shared;

/// <summary>
/// A SQLite file in WAL mode, shared fairly by several processes. All writing of this process goes through one thread, which commits
/// everything that waits in one transaction under a lock between processes; reads run beside it on connections of their own.
/// </summary>
internal sealed class SqliteFile : IAsyncDisposable
{
    private readonly SqliteFileOptions _options;
    private readonly SqliteFilePlace _place;
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;

    private SqliteFile(SqliteFileOptions options, TimeProvider time)
    {
        _options = options;
        _place = new SqliteFilePlace(options.Path);
        _writer = new SqliteWriter(options, _place, time);
        _readers = new SqliteReaders(options, _place);
    }

    /// <summary>The file, as an absolute path with links resolved.</summary>
    public string Path => _options.Path;

    /// <summary>Opens the file, creating it when it is missing (its folder must exist).</summary>
    /// <exception cref="SqliteFileException">It cannot be used; <see cref="SqliteFileException.Failure"/> says why.</exception>
    public static async Task<SqliteFile> OpenAsync(SqliteFileOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Readers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Readers, 64);
        var file = new SqliteFile(options with { Path = SqliteFilePath.Check(options.Path) }, time);
        try
        {
            // Opens the writer's connection, and with it creates the file.
            await file.WriteAsync(connection => ((SqliteFileConnection)connection).Number("SELECT count(*) FROM sqlite_schema"),
                cancellationToken).ConfigureAwait(false);
            return file;
        }
        catch
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Runs the work in a transaction that it shares with whatever else waits; an exception undoes only this work and is thrown here.
    /// </summary>
    /// <param name="work">Runs on the writer thread. Must not block, and must not begin or end a transaction.</param>
    /// <param name="cancellationToken">Withdraws the work while it is queued; once begun it runs to its end.</param>
    /// <returns>
    /// The result, after COMMIT: on disk, or with <see cref="SqliteFileOptions.SynchronousFull"/> off, safe from a killed process.
    /// </returns>
    /// <exception cref="SqliteFileException">The file failed. Nothing of this work was stored.</exception>
    public Task<T> WriteAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken) =>
        _writer.RunAsync(work, durable: true, cancellationToken);

    /// <summary>
    /// As <see cref="WriteAsync{T}"/>, but does not wait for the disk: a power cut may undo it, a killed process does not.
    /// </summary>
    public Task<T> WriteRelaxedAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken) =>
        _writer.RunAsync(work, durable: false, cancellationToken);

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Action<SqliteConnection> work, CancellationToken cancellationToken) => _writer.RunAsync(connection =>
    {
        work(connection);
        return true;
    }, durable: true, cancellationToken);

    /// <summary>
    /// Writes a note along with the next write of this process, or after <see cref="SqliteFileOptions.AlongAfter"/>, or when the file is
    /// closed: it costs no commit of its own. Nobody waits for it, and a killed process loses it: for what is found out again.
    /// </summary>
    public void WriteAlong(Action<SqliteConnection> work) => _writer.RunAlong(work);

    /// <summary>Runs the work on a connection that cannot write, on the thread pool, over one snapshot of the file.</summary>
    /// <exception cref="SqliteFileException">The file failed.</exception>
    public Task<T> ReadAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken) =>
        _readers.RunAsync(work, cancellationToken);

    /// <summary>Looks whether the path still leads to this file, which nobody notices who does not use it.</summary>
    /// <exception cref="SqliteFileException">It was deleted or replaced.</exception>
    public void CheckPlace() => _place.Check();

    /// <summary>
    /// Looks at least so often from now on whether another process has written, and tells <see cref="SqliteFileOptions.Looked"/>.
    /// </summary>
    public void WatchEvery(TimeSpan interval) => _writer.WatchEvery(interval);

    /// <summary>Brings the schema up to date: script n takes version n to n + 1, each in its own all-or-nothing write.</summary>
    /// <exception cref="SqliteFileException">The file is newer than the scripts; it was left as it is.</exception>
    public async Task MigrateAsync(IReadOnlyList<string> scripts, CancellationToken cancellationToken)
    {
        for (var number = 0; number < scripts.Count; number++)
        {
            var current = number;
            await WriteAsync(connection => SqliteMigrations.Apply(connection, scripts, current, _options),
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Finishes queued writes, empties the log and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        await _readers.DisposeAsync().ConfigureAwait(false);
        await _writer.DisposeAsync().ConfigureAwait(false);
    }
}
