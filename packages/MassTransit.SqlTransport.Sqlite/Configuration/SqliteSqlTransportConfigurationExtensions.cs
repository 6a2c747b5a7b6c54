using MassTransit.SqlTransport;
using MassTransit.SqlTransport.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MassTransit;

/// <summary>Registers what goes with a bus on SQLite.</summary>
public static class SqliteSqlTransportConfigurationExtensions
{
    /// <summary>
    /// Creates or upgrades the queue file before the bus starts; register it before <c>AddMassTransit</c>. A file of a newer version is refused and left
    /// as it is.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="create">Whether to create or upgrade the file at the start; default true.</param>
    /// <param name="delete">Whether to delete the file, with all messages, at the stop; default false.</param>
    public static IServiceCollection AddSqliteMigrationHostedService(this IServiceCollection services, bool create = true, bool delete = false) =>
        services.AddSqliteMigrationHostedService(options =>
        {
            options.CreateDatabase = create;
            options.CreateSchema = create;
            options.CreateInfrastructure = create;
            options.DeleteDatabase = delete;
        });

    /// <inheritdoc cref="AddSqliteMigrationHostedService(IServiceCollection, bool, bool)"/>
    /// <param name="services">The container.</param>
    /// <param name="configure">Changes the defaults: create everything, delete nothing.</param>
    public static IServiceCollection AddSqliteMigrationHostedService(this IServiceCollection services, Action<SqlTransportMigrationOptions>? configure)
    {
        services.AddTransient<ISqlTransportDatabaseMigrator, SqliteDatabaseMigrator>();
        services.AddOptions<SqlTransportOptions>();
        services.AddOptions<SqlTransportMigrationOptions>().Configure(options =>
        {
            options.CreateDatabase = true;
            options.CreateSchema = true;
            options.CreateInfrastructure = true;
            options.DeleteDatabase = false;
            configure?.Invoke(options);
        });
        services.AddHostedService<SqlTransportMigrationHostedService>();
        return services;
    }

    /// <summary>Registers <see cref="ISqliteQueues"/> for the file that <see cref="SqlTransportOptions"/> name: for a process that looks after queues and has no bus.</summary>
    public static IServiceCollection AddSqliteQueues(this IServiceCollection services)
    {
        services.AddOptions<SqlTransportOptions>();
        services.TryAddSingleton<ISqliteQueues>(provider =>
        {
            var options = provider.GetRequiredService<IOptions<SqlTransportOptions>>().Value;
            return new SqliteQueues(options.ConnectionString ?? SqliteConnectionString.Of(options.Database), provider.GetService<TimeProvider>());
        });
        return services;
    }
}
