using Microsoft.Extensions.DependencyInjection;

namespace MassTransit.SqlTransport.Sqlite.Tests.Specs;

public sealed class Batch_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_batch_consumer_gets_many_messages_at_once_and_all_are_finished()
    {
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (context, cfg) => cfg.ReceiveEndpoint("one", e =>
        {
            e.PrefetchCount = 20;
            e.Batch<Ping>(b =>
            {
                b.MessageLimit = 10;
                b.TimeLimit = TimeSpan.FromSeconds(2);
                b.Consumer(() => new Gather(context.GetRequiredService<Inbox>()));
            });
        }));
        await bus.Queues.PauseAsync("one", "filling");
        for (var n = 0; n < 25; n++)
            await bus.Bus.Publish(new Ping(n));
        await bus.Queues.ResumeAsync("one");
        await Wait.Until(async () => (await bus.Queues.FindAsync("one"))!.TotalCompleted == 25, "all of them");
        var batches = bus.Services.GetRequiredService<Inbox>().Of<int[]>();
        Assert.Equal(10, batches.Max(b => b.Length));
        Assert.Equal(Enumerable.Range(0, 25), batches.SelectMany(b => b).Order());
    }

    private sealed class Gather(Inbox inbox) : IConsumer<Batch<Ping>>
    {
        public Task Consume(ConsumeContext<Batch<Ping>> context)
        {
            inbox.Add(context.Message.Select(m => m.Message.Number).ToArray());
            return Task.CompletedTask;
        }
    }
}
