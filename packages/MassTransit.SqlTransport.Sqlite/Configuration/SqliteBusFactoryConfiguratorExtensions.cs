using MassTransit.SqlTransport.Configuration;
using MassTransit.SqlTransport.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MassTransit;

/// <summary>Chooses SQLite as the bus's transport.</summary>
public static class SqliteBusFactoryConfiguratorExtensions
{
    /// <summary>
    /// Uses the SQLite file that <see cref="SqlTransportOptions"/> name (<c>Database</c> is its path), and registers
    /// <see cref="ISqliteQueues"/> for it.
    /// </summary>
    /// <param name="configurator">The registration of <c>AddMassTransit</c>.</param>
    /// <param name="configure">Configures the bus, as with any transport.</param>
    public static void UsingSqlite(this IBusRegistrationConfigurator configurator,
        Action<IBusRegistrationContext, ISqlBusFactoryConfigurator>? configure = null)
    {
        configurator.AddSqliteQueues();
        SetBusFactory(configurator, configure);
    }

    /// <summary>
    /// Uses, for one of several buses, the SQLite file of the <see cref="SqlTransportOptions"/> that have the name of its interface, or
    /// else of those without a name; and registers <see cref="ISqliteQueues"/> for it with the interface's type as its key.
    /// </summary>
    /// <typeparam name="TBus">The bus's interface.</typeparam>
    /// <param name="configurator">The registration of <c>AddMassTransit&lt;TBus&gt;</c>.</param>
    /// <param name="configure">Configures the bus, as with any transport.</param>
    public static void UsingSqlite<TBus>(this IBusRegistrationConfigurator<TBus> configurator,
        Action<IBusRegistrationContext, ISqlBusFactoryConfigurator>? configure = null)
        where TBus : class, IBus
    {
        configurator.AddSqliteQueues<TBus>();
        SetBusFactory(configurator, configure);
    }

    /// <summary>
    /// Uses the SQLite file of a connection string, or of a plain path, and registers <see cref="ISqliteQueues"/> for it.
    /// </summary>
    /// <param name="configurator">The registration of <c>AddMassTransit</c>.</param>
    /// <param name="connectionString"><c>Data Source=PATH;Synchronous=Full|Sent|Normal;Lock Timeout=SECONDS</c>, or just the path.
    /// <see cref="SqlTransportOptions"/> are not used.</param>
    /// <param name="configure">Configures the bus, as with any transport.</param>
    public static void UsingSqlite(this IBusRegistrationConfigurator configurator, string connectionString,
        Action<IBusRegistrationContext, ISqlBusFactoryConfigurator>? configure = null)
    {
        configurator.TryAddSingleton<ISqliteQueues>(provider => new SqliteQueues(connectionString, provider.GetService<TimeProvider>()));
        SetBusFactory(configurator, configure, connectionString);
    }

    /// <summary>
    /// Uses, for one of several buses, the SQLite file of a connection string, or of a plain path, and registers
    /// <see cref="ISqliteQueues"/> for it with the type of the bus's interface as its key.
    /// </summary>
    /// <typeparam name="TBus">The bus's interface.</typeparam>
    /// <param name="configurator">The registration of <c>AddMassTransit&lt;TBus&gt;</c>.</param>
    /// <param name="connectionString"><c>Data Source=PATH;Synchronous=Full|Sent|Normal;Lock Timeout=SECONDS</c>, or just the path.
    /// <see cref="SqlTransportOptions"/> are not used.</param>
    /// <param name="configure">Configures the bus, as with any transport.</param>
    public static void UsingSqlite<TBus>(this IBusRegistrationConfigurator<TBus> configurator, string connectionString,
        Action<IBusRegistrationContext, ISqlBusFactoryConfigurator>? configure = null)
        where TBus : class, IBus
    {
        configurator.TryAddKeyedSingleton<ISqliteQueues>(typeof(TBus),
            (provider, _) => new SqliteQueues(connectionString, provider.GetService<TimeProvider>()));
        SetBusFactory(configurator, configure, connectionString);
    }

    private static void SetBusFactory(
        IBusRegistrationConfigurator configurator, Action<IBusRegistrationContext, ISqlBusFactoryConfigurator>? configure,
        string? connectionString = null) => configurator.SetBusFactory(new SqlRegistrationBusFactory((context, bus) =>
        {
            if (connectionString is null)
                bus.UseSqlite(context);
            else
                bus.UseSqlite(connectionString, host => host.TimeProvider = context.GetService<TimeProvider>() ?? TimeProvider.System);
            configure?.Invoke(context, bus);
        }));
}
