using Microsoft.Extensions.Hosting;

namespace MassTransit.SqlTransport.Sqlite;

/// <summary>
/// Makes or upgrades the file of one of several buses before they start. MassTransit's own service knows one file, and is made in another
/// way in version 9.
/// </summary>
internal sealed class BusMigration(ISqlTransportDatabaseMigrator migrator, SqlTransportOptions bus, SqlTransportMigrationOptions wanted)
    : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (wanted.CreateDatabase)
            await migrator.CreateDatabase(bus, cancellationToken).ConfigureAwait(false);
        if (wanted.CreateSchema)
            await migrator.CreateSchemaIfNotExist(bus, cancellationToken).ConfigureAwait(false);
        if (wanted.CreateInfrastructure)
            await migrator.CreateInfrastructure(bus, cancellationToken).ConfigureAwait(false);
    }

    public Task StopAsync(CancellationToken cancellationToken) =>
        wanted.DeleteDatabase ? migrator.DeleteDatabase(bus, cancellationToken) : Task.CompletedTask;
}
