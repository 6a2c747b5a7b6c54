using MassTransit.SqlTransport.Configuration;
using MassTransit.SqlTransport.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MassTransit;

/// <summary>Chooses SQLite as the bus's transport.</summary>
public static class SqliteBusFactoryConfiguratorExtensions
{
    /// <summary>
    /// Uses the SQLite file that <see cref="SqlTransportOptions"/> name (<c>Database</c> is its path), and registers <see cref="ISqliteQueues"/> for it.
    /// </summary>
    /// <param name="configurator">The registration of <c>AddMassTransit</c>.</param>
    /// <param name="configure">Configures the bus, as with any transport.</param>
    public static void UsingSqlite(this IBusRegistrationConfigurator configurator,
        Action<IBusRegistrationContext, ISqlBusFactoryConfigurator>? configure = null)
    {
        configurator.AddSqliteQueues();
        configurator.SetBusFactory(new SqlRegistrationBusFactory((context, bus) =>
        {
            bus.UseSqlite(context);
            configure?.Invoke(context, bus);
        }));
    }

    /// <summary>Uses the SQLite file of a connection string, or of a plain path, and registers <see cref="ISqliteQueues"/> for it.</summary>
    /// <param name="configurator">The registration of <c>AddMassTransit</c>.</param>
    /// <param name="connectionString"><c>Data Source=PATH;Synchronous=Full|Normal;Lock Timeout=SECONDS</c>, or just the path.
    /// <see cref="SqlTransportOptions"/> are not used.</param>
    /// <param name="configure">Configures the bus, as with any transport.</param>
    public static void UsingSqlite(this IBusRegistrationConfigurator configurator, string connectionString,
        Action<IBusRegistrationContext, ISqlBusFactoryConfigurator>? configure = null)
    {
        configurator.TryAddSingleton<ISqliteQueues>(provider => new SqliteQueues(connectionString, provider.GetService<TimeProvider>()));
        configurator.SetBusFactory(new SqlRegistrationBusFactory((context, bus) =>
        {
            bus.UseSqlite(connectionString, host => host.TimeProvider = context.GetService<TimeProvider>() ?? TimeProvider.System);
            configure?.Invoke(context, bus);
        }));
    }
}
