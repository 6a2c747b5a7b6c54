using Microsoft.Extensions.DependencyInjection;

namespace MassTransit.SqlTransport.Sqlite.Tests.Specs;

public sealed class Outbox_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_a_failing_consumer_published_through_the_in_memory_outbox_is_not_sent()
    {
        var tries = 0;
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (context, cfg) =>
        {
            var inbox = context.GetRequiredService<Inbox>();
            cfg.ReceiveEndpoint("one", e =>
            {
                e.UseMessageRetry(r => r.Immediate(2));
                e.UseInMemoryOutbox(context);
                e.Handler<Ping>(async m =>
                {
                    await m.Publish(new Pong(m.Message.Number));
                    if (Interlocked.Increment(ref tries) < 3)
                        throw new IOException("not yet");
                });
            });
            cfg.ReceiveEndpoint("two", e => e.Handler<Pong>(m =>
            {
                inbox.Add(m.Message);
                return Task.CompletedTask;
            }));
        });
        await bus.Bus.Publish(new Ping(5));
        await Wait.Until(async () => (await bus.Queues.FindAsync("one"))!.TotalCompleted == 1, "the third try");
        await Wait.Until(async () => (await bus.Queues.FindAsync("two")) is { Ready: 0, InFlight: 0 }, "what it published");
        Assert.Equal([new Pong(5)], bus.Services.GetRequiredService<Inbox>().Of<Pong>());
        Assert.Equal(1, (await bus.Queues.FindAsync("two"))!.TotalEnqueued);
    }
}
