namespace MassTransit.SqlTransport.Sqlite.Tests.Disks;

public sealed class Synchronous_Specs : IDisposable
{
    private readonly TestDisk _disk = new();

    public void Dispose() => _disk.Dispose();

    [Theory]
    [InlineData("", true)]
    [InlineData("Synchronous=Full", true)]
    [InlineData("Synchronous=Sent", true)]
    [InlineData("Synchronous=Normal", false)]
    public async Task Full_waits_for_the_disk_at_each_publish_and_normal_does_not(string options, bool waits)
    {
        await using var bus = await TestBus.StartAsync(_disk.File("q.db"), options: options,
            endpoints: (_, cfg) => cfg.ReceiveEndpoint("one", e => e.Handler<Ping>(_ => Task.CompletedTask)));
        await bus.Queues.PauseAsync("one", "only publishing");
        await bus.Bus.Publish(new Ping(0));
        var before = _disk.Position;
        for (var n = 1; n <= 50; n++)
            await bus.Bus.Publish(new Ping(n));
        // A log that starts over meanwhile is synced once more, in both.
        var syncs = _disk.Recorded().Skip(before).Count(o => o is DiskSync { File: "q.db-wal" });
        Assert.InRange(syncs, waits ? 50 : 0, waits ? 100 : 10);
    }

    [Fact]
    public async Task A_message_that_is_not_durable_does_not_wait_for_the_disk_and_is_delivered()
    {
        await using var bus = await TestBus.StartAsync(_disk.File("q.db"),
            endpoints: (_, cfg) => cfg.ReceiveEndpoint("one", e => e.Handler<Ping>(_ => Task.CompletedTask)));
        await bus.Queues.PauseAsync("one", "only publishing");
        await bus.Bus.Publish(new Ping(0));
        var before = _disk.Position;
        for (var n = 1; n <= 50; n++)
            await bus.Bus.Publish(new Ping(n), context => context.Durable = false);
        Assert.InRange(_disk.Recorded().Skip(before).Count(o => o is DiskSync { File: "q.db-wal" }), 0, 10);
        await bus.Queues.ResumeAsync("one");
        await Wait.Until(async () => (await bus.Queues.FindAsync("one"))!.TotalCompleted == 51, "all of them");
    }

    [Theory]
    [InlineData("Synchronous=Full", true)]
    [InlineData("Synchronous=Sent", false)]
    public async Task An_acknowledgement_waits_for_the_disk_unless_only_what_is_sent_does(string options, bool waits)
    {
        await using var bus = await TestBus.StartAsync(_disk.File("q.db"), options: options,
            endpoints: (_, cfg) => cfg.ReceiveEndpoint("one", e => e.Handler<Ping>(_ => Task.CompletedTask)));
        await bus.Queues.PauseAsync("one", "until all are there");
        for (var n = 0; n < 50; n++)
            await bus.Bus.Publish(new Ping(n));
        var before = _disk.Position;
        await bus.Queues.ResumeAsync("one");
        await Wait.Until(async () => (await bus.Queues.FindAsync("one"))! is { Ready: 0, InFlight: 0 }, "all of them are done");
        var syncs = _disk.Recorded().Skip(before).Count(o => o is DiskSync { File: "q.db-wal" });
        Assert.InRange(syncs, waits ? 5 : 0, waits ? 100 : 4);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_consumer_publishes_waits_for_the_disk_by_itself_or_with_its_acknowledgement(bool together)
    {
        var syncs = new TaskCompletionSource<int>();
        await using var bus = await TestBus.StartAsync(_disk.File("q.db"), endpoints: (_, cfg) =>
        {
            cfg.ReceiveEndpoint("one", e =>
            {
                if (together)
                    e.PublishWithAcknowledgement();
                e.Handler<Ping>(async m =>
                {
                    var before = _disk.Position;
                    for (var n = 0; n < 25; n++)
                    {
                        await m.Publish(new Pong(n));
                        await m.Send(new Uri("queue:two"), new Pong(n));
                    }

                    syncs.SetResult(_disk.Recorded().Skip(before).Count(o => o is DiskSync { File: "q.db-wal" }));
                });
            });
            cfg.ReceiveEndpoint("two", e => e.Handler<Pong>(_ => Task.CompletedTask));
        });
        await bus.Queues.PauseAsync("two", "only publishing");
        await bus.Bus.Publish(new Ping(0));
        Assert.InRange(await syncs.Task.WaitAsync(Wait.Bound, TimeProvider.System), together ? 0 : 50, together ? 10 : 100);
        Assert.Equal(50, (await bus.Queues.FindAsync("two"))!.Ready);
    }
}
