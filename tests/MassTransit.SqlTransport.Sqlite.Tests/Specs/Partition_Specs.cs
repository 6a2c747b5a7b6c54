using Microsoft.Extensions.DependencyInjection;

namespace MassTransit.SqlTransport.Sqlite.Tests.Specs;

public sealed class Partition_Specs : IDisposable
{
    private const int Limit = 3;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(SqlReceiveMode.PartitionedConcurrent)]
    [InlineData(SqlReceiveMode.PartitionedOrderedConcurrent)]
    public async Task So_many_of_a_partition_at_a_time_as_the_endpoint_allows(SqlReceiveMode mode)
    {
        var gate = new SemaphoreSlim(0);
        var (inFlight, most) = (0, 0);
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (context, cfg) =>
        {
            var inbox = context.GetRequiredService<Inbox>();
            cfg.ReceiveEndpoint("one", e =>
            {
                e.SetReceiveMode(mode, Limit);
                e.Handler<Ping>(async m =>
                {
                    inbox.Add(m.Message.Number);
                    var now = Interlocked.Increment(ref inFlight);
                    most = Math.Max(most, now); // the gate lets them by one at a time
                    await gate.WaitAsync();
                    Interlocked.Decrement(ref inFlight);
                });
            });
        });
        await bus.Queues.PauseAsync("one", "filling");
        for (var n = 0; n < 12; n++)
            await bus.Bus.Publish(new Ping(n), c => c.SetPartitionKey("camera-1"));
        await bus.Queues.ResumeAsync("one");
        var inbox = bus.Services.GetRequiredService<Inbox>();
        for (var done = 0; done < 12; done++)
        {
            var begun = Math.Min(12, done + Limit);
            await Wait.Until(() => inbox.Of<int>().Count == begun, $"{begun} to begin");
            Assert.Equal(begun - done, (await bus.Queues.FindAsync("one"))!.InFlight);
            gate.Release();
            await Wait.Until(async () => (await bus.Queues.FindAsync("one"))!.TotalCompleted == done + 1, $"{done + 1} to be done");
        }

        Assert.Equal(Limit, most);
        Assert.Equal(Enumerable.Range(0, 12), inbox.Of<int>().Order());
    }
}
