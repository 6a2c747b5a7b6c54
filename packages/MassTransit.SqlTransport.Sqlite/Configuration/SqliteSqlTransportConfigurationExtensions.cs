using MassTransit.SqlTransport;
using MassTransit.SqlTransport.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace MassTransit;

/// <summary>Registers what goes with a bus on SQLite.</summary>
public static class SqliteSqlTransportConfigurationExtensions
{
    /// <summary>
    /// Creates or upgrades the queue file before the bus starts; register it before <c>AddMassTransit</c>. A file of a newer version is
    /// refused and left as it is.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="create">Whether to create or upgrade the file at the start; default true.</param>
    /// <param name="delete">Whether to delete the file, with all messages, at the stop; default false.</param>
    public static IServiceCollection AddSqliteMigrationHostedService(
        this IServiceCollection services, bool create = true, bool delete = false) =>
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
    public static IServiceCollection AddSqliteMigrationHostedService(
        this IServiceCollection services, Action<SqlTransportMigrationOptions>? configure)
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

    /// <summary>
    /// The same for the file of one of several buses, by the <see cref="SqlTransportOptions"/> that have the name of its interface, or else
    /// those without a name.
    /// </summary>
    /// <typeparam name="TBus">The bus's interface.</typeparam>
    /// <param name="services">The container.</param>
    /// <param name="configure">Changes the defaults: create everything, delete nothing.</param>
    public static IServiceCollection AddSqliteMigrationHostedService<TBus>(
        this IServiceCollection services, Action<SqlTransportMigrationOptions>? configure = null)
        where TBus : class, IBus
    {
        services.AddOptions<SqlTransportOptions>();
        var migration = new SqlTransportMigrationOptions { CreateDatabase = true, CreateSchema = true, CreateInfrastructure = true };
        configure?.Invoke(migration);
        // AddHostedService would take the second of a type for the first.
        return services.AddSingleton<IHostedService>(provider => new BusMigration(
            new SqliteDatabaseMigrator(provider.GetService<TimeProvider>()), BusOptions.Of(provider, typeof(TBus).Name), migration));
    }

    /// <summary>
    /// Registers <see cref="ISqliteQueues"/> for the file that <see cref="SqlTransportOptions"/> name: for a process that looks after
    /// queues and has no bus.
    /// </summary>
    public static IServiceCollection AddSqliteQueues(this IServiceCollection services)
    {
        services.AddOptions<SqlTransportOptions>();
        services.TryAddSingleton<ISqliteQueues>(provider => Queues(provider, bus: null));
        return services;
    }

    /// <summary>
    /// The same for the file of one of several buses: by the <see cref="SqlTransportOptions"/> that have the name of its interface, or else
    /// those without a name; the service's key is the interface's type.
    /// </summary>
    /// <typeparam name="TBus">The bus's interface.</typeparam>
    /// <param name="services">The container.</param>
    public static IServiceCollection AddSqliteQueues<TBus>(this IServiceCollection services)
        where TBus : class, IBus
    {
        services.AddOptions<SqlTransportOptions>();
        services.TryAddKeyedSingleton<ISqliteQueues>(typeof(TBus), (provider, _) => Queues(provider, typeof(TBus).Name));
        return services;
    }

    private static SqliteQueues Queues(IServiceProvider provider, string? bus) =>
        new(BusOptions.Of(provider, bus).ToConnectionString(), provider.GetService<TimeProvider>());
}
