using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops.Tests;

/// <summary>Puts real messages into a node's queue file, by a real bus.</summary>
internal sealed class QueueSeed : IAsyncDisposable
{
    private readonly IHost _host;

    private QueueSeed(IHost host) => _host = host;

    /// <summary>
    /// A bus with a consumer on <c>ipfs-add</c> that refuses every message with <paramref name="cause"/> until it is told to take them.
    /// </summary>
    public static async Task<QueueSeed> StartAsync(TestNode node, Refusal cause)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(cause);
        builder.Services.AddSqliteMigrationHostedService();
        builder.Services.AddOptions<SqlTransportOptions>().Configure(o => o.ConnectionString = $"Data Source={node.Data.Queue}");
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(o => o.WaitUntilStarted = true);
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddConsumer<Refusing>().Endpoint(e => e.Name = QueueNames.IpfsAdd);
            bus.UsingSqlite((context, sqlite) => sqlite.ConfigureEndpoints(context));
        });
        var host = builder.Build();
        await host.StartAsync();
        return new QueueSeed(host);
    }

    /// <summary>Publishes frames and waits until they lie in the error queue.</summary>
    public async Task RefuseAsync(TestNode node, params CaptureRecord[] captures)
    {
        await PublishAsync(captures);
        await Eventually.HoldsAsync(async () => (await node.Queues.FindAsync(QueueNames.IpfsAdd))?.Error == captures.Length,
            "the refused messages to be stuck");
    }

    /// <summary>Publishes frames as saved.</summary>
    public async Task PublishAsync(params CaptureRecord[] captures)
    {
        foreach (var capture in captures)
            await _host.Services.GetRequiredService<IBus>().Publish(capture.ToSaved(), context => context.CorrelationId = capture.Id.Value);
    }

    /// <summary>Publishes a frame as one whose work did not succeed and that comes back after a while.</summary>
    public Task PublishLaterAsync(CaptureRecord capture, TimeSpan delay) =>
        _host.Services.GetRequiredService<IBus>().Publish(capture.ToSaved(), context =>
        {
            context.CorrelationId = capture.Id.Value;
            context.Delay = delay;
        });

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    /// <summary>Why messages are refused; null takes them.</summary>
    internal sealed class Refusal
    {
        public string? Cause { get; set; }
    }

    private sealed class Refusing(Refusal refusal) : IConsumer<CaptureSaved>
    {
        public Task Consume(ConsumeContext<CaptureSaved> context) =>
            refusal.Cause is { } cause ? throw new PoisonException(cause) : Task.CompletedTask;
    }
}
