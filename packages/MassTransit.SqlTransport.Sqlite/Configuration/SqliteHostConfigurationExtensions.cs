using System.Runtime.CompilerServices;
using MassTransit.Configuration;
using MassTransit.SqlTransport.Sqlite;
using MassTransit.SqlTransport.Sqlite.Transport;
using Microsoft.Extensions.DependencyInjection;

namespace MassTransit;

/// <summary>Puts a bus on a SQLite file.</summary>
public static class SqliteHostConfigurationExtensions
{
    private static readonly ConditionalWeakTable<ISqlBusFactoryConfigurator, object> Observed = [];

    /// <summary>Uses the SQLite file of a connection string, or of a plain path.</summary>
    /// <param name="configurator">The bus.</param>
    /// <param name="connectionString"><c>Data Source=PATH;Synchronous=Full|Sent|Normal;Lock Timeout=SECONDS</c>, or just the path.</param>
    /// <param name="configure">More of the host.</param>
    /// <exception cref="ConfigurationException">The connection string cannot be understood.</exception>
    public static void UseSqlite(this ISqlBusFactoryConfigurator configurator, string connectionString,
        Action<ISqliteSqlHostConfigurator>? configure = null) => Use(configurator, new SqliteSqlHostSettings(connectionString), configure);

    /// <summary>
    /// Uses the SQLite file that <see cref="SqlTransportOptions"/> name; of several buses each its own (see <c>UsingSqlite</c>).
    /// </summary>
    /// <param name="configurator">The bus.</param>
    /// <param name="context">Where the options come from.</param>
    /// <param name="configure">More of the host.</param>
    /// <exception cref="ConfigurationException">The options name no file.</exception>
    public static void UseSqlite(this ISqlBusFactoryConfigurator configurator, IBusRegistrationContext context,
        Action<ISqliteSqlHostConfigurator>? configure = null) =>
        Use(configurator, new SqliteSqlHostSettings(BusOptions.Of(context))
        {
            TimeProvider = context.GetService<TimeProvider>() ?? TimeProvider.System,
        }, configure);

    private static void Use(
        ISqlBusFactoryConfigurator configurator, SqliteSqlHostSettings settings, Action<ISqliteSqlHostConfigurator>? configure)
    {
        configure?.Invoke(new SqliteSqlHostConfigurator(settings));
        configurator.Host(settings);
        if (Observed.TryAdd(configurator, configurator)) // UsingSqlite has been here before a callback that says more of the host
        {
            configurator.ConnectReceiveObserver(new DispatchObserver());
            configurator.AddPrePipeSpecification(new FilterPipeSpecification<ConsumeContext>(new RedeliveryCount()));
        }

        configurator.ConnectBusObserver(settings.Endpoints);
    }
}
