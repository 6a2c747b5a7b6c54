using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Benchmarks.Queue;

/// <summary>A message of about 1.2 KB on the wire.</summary>
public sealed record Load(long Number, string Filling);

/// <summary>MassTransit with one endpoint that counts, on a SQLite file or in memory.</summary>
internal sealed class QueueHost : IAsyncDisposable
{
    public static readonly string Filling = new('x', 1100);

    private readonly IHost _host;

    private QueueHost(IHost host) => _host = host;

    public IBus Bus => _host.Services.GetRequiredService<IBus>();

    /// <param name="path">The file; null for the in-memory transport.</param>
    /// <param name="prefetch">Messages in flight at most.</param>
    /// <param name="consume">What the consumer does; null for no consumer.</param>
    /// <param name="endpoints">So many endpoints.</param>
    public static Task<QueueHost> StartAsync(string? path, int prefetch, Func<Load, Task>? consume, int endpoints = 1)
    {
        return StartAsync(x =>
        {
            if (path is null)
                x.UsingInMemory((_, bus) => Endpoints(bus));
            else
                x.UsingSqlite($"Data Source={path}", (_, bus) => Endpoints(bus));
        });

        void Endpoints(IBusFactoryConfigurator bus)
        {
            for (var n = 0; consume is not null && n < endpoints; n++)
                bus.ReceiveEndpoint($"queue-{n}", e => Consume(e, prefetch, consume));
        }
    }

    /// <summary>The same on a RabbitMQ broker: publishes are confirmed, the queue is a quorum queue.</summary>
    public static Task<QueueHost> StartRabbitAsync(int port, int prefetch, Func<Load, Task> consume) =>
        StartAsync(x => x.UsingRabbitMq((_, bus) =>
        {
            bus.Host("127.0.0.1", (ushort)port, "/", host => host.PublisherConfirmation = true);
            bus.ReceiveEndpoint("queue-0", e =>
            {
                e.SetQuorumQueue();
                Consume(e, prefetch, consume);
            });
        }));

    private static void Consume(IReceiveEndpointConfigurator endpoint, int prefetch, Func<Load, Task> consume)
    {
        endpoint.PrefetchCount = prefetch;
        endpoint.Handler<Load>(m => consume(m.Message));
    }

    private static async Task<QueueHost> StartAsync(Action<IBusRegistrationConfigurator> transport)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(o => o.WaitUntilStarted = true);
        builder.Services.AddMassTransit(x =>
        {
            x.DisableUsageTelemetry();
            transport(x);
        });
        var host = builder.Build();
        await host.StartAsync();
        return new QueueHost(host);
    }

    public Task PublishAsync(long count, int atOnce = 256) => Parallel.ForAsync(0L, count,
        new ParallelOptions { MaxDegreeOfParallelism = atOnce },
        async (n, cancellationToken) => await Bus.Publish(new Load(n, Filling), cancellationToken));

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

/// <summary>Counts to a number.</summary>
internal sealed class Countdown(long from)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _left = from;

    public Task Done => _done.Task;

    public Task CountAsync()
    {
        if (Interlocked.Decrement(ref _left) == 0)
            _done.SetResult();
        return Task.CompletedTask;
    }
}
