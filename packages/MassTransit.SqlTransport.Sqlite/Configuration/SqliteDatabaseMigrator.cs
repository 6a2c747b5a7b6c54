using MassTransit.SqlTransport.Sqlite.Queues;

namespace MassTransit.SqlTransport.Sqlite;

/// <summary>Creates, upgrades and deletes queue files for MassTransit's migration service.</summary>
internal sealed class SqliteDatabaseMigrator(TimeProvider? time = null) : ISqlTransportDatabaseMigrator
{
    public async Task CreateDatabase(SqlTransportOptions options, CancellationToken cancellationToken = default) =>
        await MigrateAsync(options, cancellationToken).ConfigureAwait(false);

    /// <summary>A SQLite file has no schemas: nothing to do.</summary>
    public Task CreateSchemaIfNotExist(SqlTransportOptions options, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public async Task CreateInfrastructure(SqlTransportOptions options, CancellationToken cancellationToken = default) =>
        await MigrateAsync(options, cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Deletes the file and what lies beside it. Only MassTransit's migration service with <c>DeleteDatabase</c> calls this.
    /// </summary>
    public Task DeleteDatabase(SqlTransportOptions options, CancellationToken cancellationToken = default)
    {
        var path = new SqliteSqlHostSettings(options).Database!;
        return Failures.Translate(path, () =>
        {
            foreach (var suffix in (string[])["", "-wal", "-shm", "-gate", "-lock"])
                File.Delete(path + suffix);
            return Task.FromResult(true);
        });
    }

    private async Task MigrateAsync(SqlTransportOptions options, CancellationToken cancellationToken)
    {
        // Opening brings a file up to date.
        var settings = new SqliteSqlHostSettings(options);
        var file = await QueueFiles.AcquireAsync(settings.ToFileOptions(), time ?? TimeProvider.System,
            cancellationToken).ConfigureAwait(false);
        await file.DisposeAsync().ConfigureAwait(false);
    }
}
