using Microsoft.Extensions.DependencyInjection;

namespace MassTransit.SqlTransport.Sqlite.Tests.Specs;

public sealed class Ordering_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Lower_priority_numbers_come_first_and_each_in_its_order()
    {
        await using var bus = await Start(e => e.ConcurrentMessageLimit = 1);
        await bus.Queues.PauseAsync("one", "filling");
        short[] priorities = [100, 5, 200, 5, 100];
        for (var n = 0; n < priorities.Length; n++)
        {
            var priority = priorities[n];
            await bus.Bus.Publish(new Ping(n), c => c.SetPriority(priority));
        }

        await bus.Queues.ResumeAsync("one");
        await Expect(bus, [1, 3, 0, 4, 2]);
    }

    [Theory]
    [InlineData(SqlReceiveMode.Partitioned)]
    [InlineData(SqlReceiveMode.PartitionedOrdered)]
    public async Task One_message_of_a_partition_at_a_time(SqlReceiveMode mode)
    {
        var (inFlight, most) = (0, 0);
        await using var bus = await Start(e => e.SetReceiveMode(mode), async () =>
        {
            var now = Interlocked.Increment(ref inFlight);
            InterlockedMax(ref most, now);
            await Task.Yield();
            Interlocked.Decrement(ref inFlight);
        });
        for (var n = 0; n < 30; n++)
            await bus.Bus.Publish(new Ping(n), c => c.SetPartitionKey("camera-1"));
        await Expect(bus, Enumerable.Range(0, 30));
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task A_message_that_waits_for_redelivery_holds_back_its_partition_in_ordered_mode()
    {
        var failed = 0;
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (context, cfg) =>
        {
            var inbox = context.GetRequiredService<Inbox>();
            cfg.ReceiveEndpoint("one", e =>
            {
                e.SetReceiveMode(SqlReceiveMode.PartitionedOrdered);
                e.UseDelayedRedelivery(r => r.Interval(3, TimeSpan.FromMilliseconds(50)));
                e.Handler<Ping>(m =>
                {
                    if (m.Message.Number == 1 && Interlocked.Increment(ref failed) <= 2)
                        throw new IOException("not yet");
                    inbox.Add(m.Message);
                    return Task.CompletedTask;
                });
            });
        });
        await bus.Queues.PauseAsync("one", "filling");
        for (var n = 0; n < 6; n++)
            await bus.Bus.Publish(new Ping(n), c => c.SetPartitionKey("camera-1"));
        await bus.Queues.ResumeAsync("one");
        await Expect(bus, Enumerable.Range(0, 6));
    }

    [Fact]
    public async Task Other_partitions_go_on_beside_a_slow_one()
    {
        var slow = new TaskCompletionSource();
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (context, cfg) =>
        {
            var inbox = context.GetRequiredService<Inbox>();
            cfg.ReceiveEndpoint("one", e =>
            {
                e.SetReceiveMode(SqlReceiveMode.Partitioned);
                e.Handler<Ping>(async m =>
                {
                    if (m.Message.Text == "slow")
                        await slow.Task;
                    inbox.Add(m.Message);
                });
            });
        });
        await bus.Bus.Publish(new Ping(0, "slow"), c => c.SetPartitionKey("a"));
        await bus.Bus.Publish(new Ping(1), c => c.SetPartitionKey("a"));
        for (var n = 2; n < 10; n++)
            await bus.Bus.Publish(new Ping(n), c => c.SetPartitionKey("b"));
        await Expect(bus, Enumerable.Range(2, 8));
        slow.SetResult();
        await Expect(bus, [.. Enumerable.Range(2, 8), 0, 1]);
    }

    private Task<TestBus> Start(Action<ISqlReceiveEndpointConfigurator> configure, Func<Task>? handle = null) =>
        TestBus.StartAsync(_folder.File("q.db"), endpoints: (context, cfg) =>
        {
            var inbox = context.GetRequiredService<Inbox>();
            cfg.ReceiveEndpoint("one", e =>
            {
                configure(e);
                e.Handler<Ping>(async m =>
                {
                    if (handle is not null)
                        await handle();
                    inbox.Add(m.Message);
                });
            });
        });

    private static async Task Expect(TestBus bus, IEnumerable<int> numbers)
    {
        var (inbox, expected) = (bus.Services.GetRequiredService<Inbox>(), numbers.ToList());
        await Wait.Until(() => inbox.Of<Ping>().Count >= expected.Count, $"{expected.Count} messages");
        Assert.Equal(expected, inbox.Of<Ping>().Select(p => p.Number));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value)
            Interlocked.CompareExchange(ref target, value, seen);
    }
}
