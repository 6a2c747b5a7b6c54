using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MassTransit.SqlTransport.Sqlite.Tests;

/// <summary>
/// A process's worth of MassTransit on a queue file: migration service, bus and operators' API, started and stopped as a host does.
/// </summary>
internal sealed class TestBus : IAsyncDisposable
{
    private readonly IHost _host;

    private TestBus(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public IBus Bus => Services.GetRequiredService<IBus>();

    public ISqliteQueues Queues => Services.GetRequiredService<ISqliteQueues>();

    /// <summary>Starts it; <paramref name="endpoints"/> configures the bus, which else gets the registered consumers' endpoints.</summary>
    public static async Task<TestBus> StartAsync(string path, Action<IBusRegistrationConfigurator>? register = null,
        Action<IBusRegistrationContext, ISqlBusFactoryConfigurator>? endpoints = null, string options = "",
        TimeProvider? time = null, Action<ISqliteSqlHostConfigurator>? sqlite = null, bool waitUntilStarted = true)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        if (Environment.GetEnvironmentVariable("TEST_LOG") is not null)
            builder.Logging.AddConsole().SetMinimumLevel(LogLevel.Debug);
        else
            // MassTransit keeps the first one it sees, past its host
            builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        builder.Services.AddOptions<SqlTransportOptions>().Configure(o => o.ConnectionString = $"Data Source={path};{options}");
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(o =>
        {
            o.WaitUntilStarted = waitUntilStarted;
            o.StopTimeout = TimeSpan.FromSeconds(10);
            o.ConsumerStopTimeout = TimeSpan.FromMilliseconds(200);
        });
        builder.Services.AddSingleton<Inbox>();
        if (time is not null)
            builder.Services.AddSingleton(time);
        if (waitUntilStarted) // the migration waits for the file, and fails the start without it
            builder.Services.AddSqliteMigrationHostedService();
        builder.Services.AddMassTransit(x =>
        {
            x.AddSqlMessageScheduler();
            register?.Invoke(x);
            x.UsingSqlite((context, bus) =>
            {
                bus.UseSqlite(context, host =>
                {
                    host.MaintenanceInterval = TimeSpan.FromMilliseconds(100);
                    sqlite?.Invoke(host);
                });
                bus.UseSqlMessageScheduler();
                if (endpoints is not null)
                    endpoints(context, bus);
                else
                    bus.ConfigureEndpoints(context);
            });
        });
        var host = builder.Build();
        await host.StartAsync();
        return new TestBus(host);
    }

    public Task<ISendEndpoint> EndpointOf(string queue) => Bus.GetSendEndpoint(new Uri($"queue:{queue}"));

    /// <summary>What MassTransit's health check says of it.</summary>
    public async Task<HealthReportEntry> HealthAsync() =>
        Assert.Single((await Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries).Value;

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}

/// <summary>What the consumers of a test saw, in their order.</summary>
internal sealed class Inbox
{
    private readonly ConcurrentQueue<object> _seen = new();

    public IReadOnlyList<T> Of<T>() => [.. _seen.OfType<T>()];

    public void Add(object seen) => _seen.Enqueue(seen);
}

internal static class Wait
{
    public static readonly TimeSpan Bound = Eventually.Bound;

    /// <summary>Waits until the condition holds; fails after the bound.</summary>
    public static Task Until(Func<Task<bool>> condition, string what, TimeSpan? bound = null) =>
        Eventually.HoldsAsync(condition, what, bound: bound);

    public static Task Until(Func<bool> condition, string what, TimeSpan? bound = null) => Eventually.HoldsAsync(condition, what, bound);
}
