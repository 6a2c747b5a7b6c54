using System.Collections.Concurrent;
using MassTransit;
using MassTransit.SqlTransport.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Wanda.Catalog;
using Wanda.Hosting;

namespace Formats.Tests;

/// <summary>A node on a data folder, composed as every process of the pipeline is; its one queue takes every message there is.</summary>
internal sealed class SampleNode : IAsyncDisposable
{
    public const string Queue = "samples";

    private readonly IHost _host;
    private readonly Taking _part;

    private SampleNode(IHost host, Taking part) => (_host, _part) = (host, part);

    /// <summary>What came out of the queue.</summary>
    public IReadOnlyCollection<object> Received => _part.Received;

    public Catalogue Catalogue => _host.Services.GetRequiredService<Catalogue>();

    public StorageRoot Root => _host.Services.GetRequiredService<StorageRoot>();

    public IBus Bus => _host.Services.GetRequiredService<IBus>();

    public ISqliteQueues Queues => _host.Services.GetRequiredService<ISqliteQueues>();

    public static async Task<SampleNode> StartAsync(string folder)
    {
        var options = WandaConfiguration.Validated(new WandaOptions { Data = folder });
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        await builder.AddWandaNodeAsync(options, new SampleClock(), default);
        var part = new Taking();
        builder.AddBusPart(part);
        builder.AddWandaBus();
        var host = builder.Build();
        await host.StartAsync();
        return new SampleNode(host, part);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }

    private sealed class Taking : IBusPart
    {
        public ConcurrentQueue<object> Received { get; } = [];

        public void Register(IBusRegistrationConfigurator bus)
        {
        }

        public void Configure(IBusRegistrationContext context, ISqlBusFactoryConfigurator bus) =>
            bus.WandaQueue(context, Queue, 1, endpoint =>
            {
                foreach (var type in MessageTypes.All)
                    GetType().GetMethod(nameof(Take))!.MakeGenericMethod(type).Invoke(this, [endpoint]);
            });

        public void Take<T>(IReceiveEndpointConfigurator endpoint)
            where T : class => endpoint.Handler<T>(context =>
            {
                Received.Enqueue(context.Message);
                return Task.CompletedTask;
            });
    }

    // Only what it says is fixed: timers run.
    private sealed class SampleClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Known.Now;
    }
}
