using Microsoft.Extensions.DependencyInjection;

namespace MassTransit.SqlTransport.Sqlite.Tests.Specs;

public sealed class Consuming_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task So_many_are_consumed_at_once_as_the_endpoint_says_and_no_more_are_held_than_it_prefetches()
    {
        var gate = new SemaphoreSlim(0);
        var running = 0;
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (_, cfg) => cfg.ReceiveEndpoint("one", e =>
        {
            e.PrefetchCount = 7;
            e.ConcurrentMessageLimit = 3;
            e.Handler<Ping>(async _ =>
            {
                Interlocked.Increment(ref running);
                await gate.WaitAsync();
                Interlocked.Decrement(ref running);
            });
        }));
        await bus.Queues.PauseAsync("one", "filling");
        for (var n = 0; n < 20; n++)
            await bus.Bus.Publish(new Ping(n));
        await bus.Queues.ResumeAsync("one");
        await Wait.Until(() => Volatile.Read(ref running) == 3, "three to run");
        for (var done = 1; done <= 20; done++)
        {
            gate.Release();
            await Wait.Until(async () => (await bus.Queues.FindAsync("one"))!.TotalCompleted == done, $"{done} done");
            await Wait.Until(() => Volatile.Read(ref running) == Math.Min(3, 20 - done), "the next to begin");
            Assert.InRange((await bus.Queues.FindAsync("one"))!.InFlight, Math.Min(3, 20 - done), 7);
        }
    }

    [Fact]
    public async Task A_consumer_sees_how_its_message_came()
    {
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (context, cfg) =>
        {
            var inbox = context.GetRequiredService<Inbox>();
            cfg.ReceiveEndpoint("one", e => e.Handler<Ping>(m =>
            {
                Assert.True(m.ReceiveContext.TryGetPayload<SqlMessageContext>(out var sql));
                inbox.Add((sql!.Priority, sql.PartitionKey, sql.RoutingKey, sql.QueueName, sql.DeliveryCount));
                return Task.CompletedTask;
            }));
        });
        await bus.Bus.Publish(new Ping(1), c =>
        {
            c.SetPriority(7);
            c.SetPartitionKey("camera-1");
            c.SetRoutingKey("light");
        });
        var inbox = bus.Services.GetRequiredService<Inbox>();
        await Wait.Until(() => inbox.Of<object>().Count == 1, "the message");
        Assert.Equal(((short)7, "camera-1", "light", "one", 1), inbox.Of<(short, string?, string?, string, int)>().Single());
    }

    [Fact]
    public async Task A_message_of_another_program_in_plain_json_is_consumed()
    {
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (context, cfg) =>
        {
            var inbox = context.GetRequiredService<Inbox>();
            cfg.UseRawJsonSerializer(RawSerializerOptions.AnyMessageType | RawSerializerOptions.AddTransportHeaders);
            cfg.ReceiveEndpoint("one", e => e.Handler<Ping>(m =>
            {
                inbox.Add((m.Message, m.CorrelationId, m.Headers.Get<string>("Night")));
                return Task.CompletedTask;
            }));
        });
        var correlation = NewId.NextGuid();
        await bus.Bus.Publish(new Ping(1, "raw"), c =>
        {
            c.CorrelationId = correlation;
            c.Headers.Set("Night", "2026-11-21");
        });
        var inbox = bus.Services.GetRequiredService<Inbox>();
        await Wait.Until(() => inbox.Of<object>().Count == 1, "the message");
        Assert.Equal((new Ping(1, "raw"), (Guid?)correlation, "2026-11-21"), inbox.Of<(Ping, Guid?, string?)>().Single());
    }
}
