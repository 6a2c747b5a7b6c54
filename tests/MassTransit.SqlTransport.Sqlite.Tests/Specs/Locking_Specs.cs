using MassTransit.SqlTransport.Sqlite.Tests.Disks;

namespace MassTransit.SqlTransport.Sqlite.Tests.Specs;

public sealed class Locking_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_consumer_slower_than_its_lock_keeps_its_message()
    {
        var held = new Held();
        await using var bus = await StartAsync(_folder.File("q.db"), held);
        await bus.Bus.Publish(new Ping(1));
        await held.Begun;
        await UntilRenewedAsync(bus);
        await UntilRenewedAsync(bus); // by now the first lock would have ended
        await EndAsync(bus, held);
    }

    [Fact]
    public async Task A_lock_is_renewed_for_the_longest_time_of_its_endpoint_and_then_ends()
    {
        var (calls, gate) = (0, new TaskCompletionSource());
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (_, cfg) => cfg.ReceiveEndpoint("one", e =>
        {
            e.LockDuration = TimeSpan.FromSeconds(1);
            e.MaxLockDuration = TimeSpan.FromSeconds(3);
            e.Handler<Ping>(_ => Interlocked.Increment(ref calls) == 1 ? gate.Task : Task.CompletedTask);
        }));
        await bus.Bus.Publish(new Ping(1));
        await Wait.Until(
            async () => await ForeignWriter.RunAsync(_folder.File("q.db"), "UPDATE delivery SET attempt = attempt WHERE attempt > 0") > 0,
            "its lock to end");
        gate.SetResult();
        await Wait.Until(async () => (await bus.Queues.FindAsync("one"))!.TotalCompleted == 1, "done");
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task A_renewal_that_fails_is_tried_again_before_the_lock_ends()
    {
        using var disk = new TestDisk();
        var failures = 0;
        var held = new Held();
        await using var bus = await StartAsync(disk.File("q.db"), held);
        await bus.Bus.Publish(new Ping(1));
        await held.Begun;
        // The first write from now on is the renewal.
        disk.Fail(operation => operation is DiskWrite && Interlocked.Increment(ref failures) == 1 ? TestDisk.WriteError : 0);
        await UntilRenewedAsync(bus);
        disk.Fail(null);
        Assert.True(failures > 1, "the renewal failed once and was made");
        await EndAsync(bus, held);
    }

    [Fact]
    public async Task Stopping_gives_back_what_was_fetched_and_not_begun()
    {
        await using (var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (_, cfg) => cfg.ReceiveEndpoint("one", e =>
        {
            e.PrefetchCount = 10;
            e.LockDuration = TimeSpan.FromMinutes(5);
            e.Handler<Ping>(m => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, m.CancellationToken));
        })))
        {
            for (var n = 0; n < 20; n++)
                await bus.Bus.Publish(new Ping(n));
            await Wait.Until(async () => (await bus.Queues.FindAsync("one"))!.InFlight == 10, "ten in flight");
        }

        await using var queues = new SqliteQueues(_folder.File("q.db"));
        var info = (await queues.FindAsync("one"))!;
        Assert.Equal((20, 0), (info.Ready + info.Error, info.InFlight));
    }

    [Fact]
    public async Task Purge_on_startup_empties_the_queue()
    {
        await using (var bus = await Start(purge: false))
        {
            await bus.Queues.PauseAsync("one", "filling");
            for (var n = 0; n < 1500; n++)
                await bus.Bus.Publish(new Ping(n));
            await bus.Queues.ResumeAsync("one");
            await bus.Queues.PauseAsync("one", "nothing may be consumed");
        }

        await using var again = await Start(purge: true);
        var info = (await again.Queues.FindAsync("one"))!;
        Assert.Equal((0, 0), (info.Ready, info.InFlight));
    }

    [Fact]
    public async Task A_queue_is_found_to_hold_a_correlation_id_wherever_the_message_is()
    {
        var (ready, scheduled) = (NewId.NextGuid(), NewId.NextGuid());
        await using var bus = await Start(purge: false);
        await bus.Queues.PauseAsync("one", "looking");
        var endpoint = await bus.EndpointOf("one");
        await endpoint.Send(new Tracked(ready, 1));
        await endpoint.Send(new Tracked(scheduled, 2), c => c.Delay = TimeSpan.FromHours(1));
        Assert.True(await bus.Queues.ContainsAsync("one", ready));
        Assert.True(await bus.Queues.ContainsAsync("one", scheduled));
        Assert.False(await bus.Queues.ContainsAsync("one", NewId.NextGuid()));
        Assert.False(await bus.Queues.ContainsAsync("other", ready));
        Assert.Equal(1, await bus.Queues.PurgeAsync("one", SqliteQueuePart.Scheduled));
        Assert.False(await bus.Queues.ContainsAsync("one", scheduled));
    }

    [Fact]
    public async Task A_message_that_fails_is_found_at_every_moment_by_whoever_asks_for_failed_ones_too()
    {
        var failing = new TaskCompletionSource();
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"),
            endpoints: (_, cfg) => cfg.ReceiveEndpoint("one", e => e.Handler<Tracked>(async _ =>
            {
                await failing.Task;
                throw new InvalidDataException("no such frame");
            })));
        var id = NewId.NextGuid();
        await (await bus.EndpointOf("one")).Send(new Tracked(id, 1));
        var looking = Task.Run(async () =>
        {
            while (await bus.Queues.FindAsync("one") is { Error: 0 })
                Assert.True(await bus.Queues.ContainsAsync("one", id, orFailed: true));
        });
        failing.SetResult();
        await looking.WaitAsync(Wait.Bound);
        Assert.True(await bus.Queues.ContainsAsync("one", id, orFailed: true));
        Assert.False(await bus.Queues.ContainsAsync("one", id));
        Assert.False(await bus.Queues.ContainsAsync("one", NewId.NextGuid(), orFailed: true));
    }

    private static Task<TestBus> StartAsync(string path, Held held) =>
        TestBus.StartAsync(path, endpoints: (_, cfg) => cfg.ReceiveEndpoint("one", e =>
        {
            e.LockDuration = TimeSpan.FromSeconds(4); // renewed after 2.8 s
            e.Handler<Ping>(_ => held.ConsumeAsync());
        }));

    private static async Task UntilRenewedAsync(TestBus bus)
    {
        var end = await EndOfLockAsync();
        await Wait.Until(async () => await EndOfLockAsync() > end, "the renewal");

        async Task<DateTimeOffset?> EndOfLockAsync() => Assert.Single(await bus.Queues.PeekAsync("one", SqliteQueuePart.InFlight, 1)).Due;
    }

    private static async Task EndAsync(TestBus bus, Held held)
    {
        held.End();
        await Wait.Until(async () => (await bus.Queues.FindAsync("one"))!.TotalCompleted == 1, "done");
        Assert.Equal(1, held.Calls);
    }

    private Task<TestBus> Start(bool purge) =>
        TestBus.StartAsync(_folder.File("q.db"), endpoints: (context, cfg) => cfg.ReceiveEndpoint("one", e =>
        {
            e.PurgeOnStartup = purge;
            e.Handler<Ping>(_ => Task.CompletedTask);
        }));

    /// <summary>A consumer that takes as long as the test wants.</summary>
    private sealed class Held
    {
        private readonly TaskCompletionSource _begun = new(), _end = new();
        private int _calls;

        public int Calls => _calls;

        public Task Begun => _begun.Task.WaitAsync(Wait.Bound);

        public void End() => _end.SetResult();

        public Task ConsumeAsync()
        {
            Interlocked.Increment(ref _calls);
            _begun.TrySetResult();
            return _end.Task;
        }
    }
}
