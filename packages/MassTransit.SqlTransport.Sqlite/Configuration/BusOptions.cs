using MassTransit.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MassTransit.SqlTransport.Sqlite;

/// <summary>
/// Which <see cref="SqlTransportOptions"/> are a bus's: those that have the name of its interface, as with MassTransit's brokers; or the
/// ones without a name, for the bus that has none, and for every bus whose own name no file.
/// </summary>
internal static class BusOptions
{
    public static SqlTransportOptions Of(IBusRegistrationContext context) => Of(context, BusOf(context)?.Name);

    /// <param name="services">The container.</param>
    /// <param name="bus">The name of the bus's interface; null for the one bus of <c>AddMassTransit</c> without a type.</param>
    public static SqlTransportOptions Of(IServiceProvider services, string? bus)
    {
        var named = bus is null ? null : services.GetRequiredService<IOptionsMonitor<SqlTransportOptions>>().Get(bus);
        return named is { ConnectionString: not null } or { Database: not null }
            ? named
            : services.GetRequiredService<IOptions<SqlTransportOptions>>().Value;
    }

    public static string ToConnectionString(this SqlTransportOptions options) =>
        options.ConnectionString ?? SqliteConnectionString.Of(options.Database);

    // As MassTransit finds out for itself whose context it has.
    private static Type? BusOf(IBusRegistrationContext context) =>
        context.GetService<IContainerSelector>()?.GetType() is { IsGenericType: true } type
            && type.GetGenericTypeDefinition() == typeof(DependencyInjectionContainerRegistrar<>)
            ? type.GenericTypeArguments[0]
            : null;
}
