namespace MassTransit.SqlTransport.Sqlite.Tests.Specs;

public sealed class Temporary_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_temporary_queue_goes_when_nobody_has_used_it_and_stays_while_somebody_does()
    {
        await using var watching = await StartAsync();
        await using var staying = await StartAsync("staying");
        await using (var leaving = await StartAsync("leaving"))
            Assert.NotNull(await watching.Queues.FindAsync("leaving"));
        await Wait.Until(async () => await watching.Queues.FindAsync("leaving") is null, "the deserted queue to go");
        Assert.NotNull(await watching.Queues.FindAsync("staying"));
        // Its subscription went too: publishing goes on.
        await watching.Bus.Publish(new Ping(1));
        await Wait.Until(async () => (await watching.Queues.FindAsync("staying"))!.TotalCompleted == 1, "the message in the other");
    }

    [Fact]
    public async Task A_temporary_queue_stays_while_a_consumer_is_slower_than_its_idle_time()
    {
        var begun = 0;
        using var release = new SemaphoreSlim(0);
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (_, cfg) => cfg.ReceiveEndpoint("slow", e =>
        {
            e.AutoDeleteOnIdle = TimeSpan.FromSeconds(1);
            e.PrefetchCount = 1; // nothing is fetched, and nothing touched, meanwhile
            e.Handler<Ping>(async _ =>
            {
                Interlocked.Increment(ref begun);
                await release.WaitAsync();
            });
        }), sqlite: host => host.QueueCleanupInterval = TimeSpan.FromMilliseconds(100));
        await bus.Bus.Publish(new Ping(1));
        await bus.Bus.Publish(new Ping(2));
        await Wait.Until(() => Volatile.Read(ref begun) == 1, "the first");
        // A queue that is used after that one and by nobody since goes: so would that one.
        await using (var leaving = await StartAsync("leaving"))
            Assert.NotNull(await bus.Queues.FindAsync("leaving"));
        await Wait.Until(async () => await bus.Queues.FindAsync("leaving") is null, "the deserted queue to go");
        release.Release(2);
        await Wait.Until(() => Volatile.Read(ref begun) == 2, "the second, which waited in the queue");
    }

    // The staying queue is touched every second, and goes after two idle ones.
    private Task<TestBus> StartAsync(string? queue = null) => TestBus.StartAsync(_folder.File("q.db"), endpoints: (_, cfg) =>
    {
        if (queue is null)
            return;
        cfg.ReceiveEndpoint(queue, e =>
        {
            e.AutoDeleteOnIdle = TimeSpan.FromSeconds(queue == "staying" ? 60 : 1);
            e.PollingInterval = TimeSpan.FromMilliseconds(200);
            e.Handler<Ping>(_ => Task.CompletedTask);
        });
    }, sqlite: host => host.QueueCleanupInterval = TimeSpan.FromMilliseconds(200));
}
