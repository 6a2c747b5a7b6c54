using Microsoft.Extensions.DependencyInjection;

namespace MassTransit.SqlTransport.Sqlite.Tests.Specs;

public sealed class Failing_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_failed_message_waits_in_error_with_its_exception_and_can_be_sent_back()
    {
        var broken = true;
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (context, cfg) =>
        {
            var inbox = context.GetRequiredService<Inbox>();
            cfg.ReceiveEndpoint("one", e => e.Handler<Ping>(m =>
            {
                if (Volatile.Read(ref broken))
                    throw new InvalidDataException("dark frame missing");
                inbox.Add(m.Message);
                return Task.CompletedTask;
            }));
        });
        for (var n = 1; n <= 3; n++)
            await bus.Bus.Publish(new Ping(n));
        await Wait.Until(async () => (await bus.Queues.FindAsync("one"))!.Error == 3, "three errors");

        var peeked = await bus.Queues.PeekAsync("one", SqliteQueuePart.Error);
        Assert.Equal(3, peeked.Count);
        Assert.Equal("dark frame missing", peeked[0].Reason);
        Assert.Contains("InvalidDataException", peeked[0].ExceptionType);
        Assert.Contains(nameof(A_failed_message_waits_in_error_with_its_exception_and_can_be_sent_back), peeked[0].StackTrace);
        Assert.Equal("urn:message:MassTransit.SqlTransport.Sqlite.Tests:Ping", peeked[0].MessageTypes[0]);
        Assert.Contains("\"number\": 1", System.Text.Encoding.UTF8.GetString(peeked[0].Body.Span));

        Volatile.Write(ref broken, false);
        Assert.True(await bus.Queues.RequeueAsync("one", peeked[1].DeliveryId));
        Assert.False(await bus.Queues.RequeueAsync("one", peeked[1].DeliveryId));
        var inbox = bus.Services.GetRequiredService<Inbox>();
        await Wait.Until(() => inbox.Of<Ping>().Count == 1, "the one sent back");
        Assert.Equal(2, await bus.Queues.RequeueAsync("one", SqliteQueuePart.Error));
        await Wait.Until(() => inbox.Of<Ping>().Count == 3, "the rest");
        Assert.Equal(2, inbox.Of<Ping>()[0].Number);
        Assert.Equal([1, 2, 3], inbox.Of<Ping>().Select(p => p.Number).Order());
    }

    [Fact]
    public async Task A_message_without_a_consumer_is_skipped_and_can_be_sent_back()
    {
        await using (var bus = await TestBus.StartAsync(_folder.File("q.db"),
            endpoints: (_, cfg) => cfg.ReceiveEndpoint("one", e => e.Handler<Ping>(_ => Task.CompletedTask))))
        {
            await (await bus.EndpointOf("one")).Send(new Pong(1));
            await Wait.Until(async () => (await bus.Queues.FindAsync("one"))!.Skipped == 1, "skipped");
            Assert.Equal("skipped", (await bus.Queues.PeekAsync("one", SqliteQueuePart.Skipped)).Single().Reason);
            Assert.Equal(0, (await bus.Queues.FindAsync("one"))!.DeadLetter);
        }

        // A version of the program that knows what to do with it.
        await using var newer = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (context, cfg) =>
        {
            var inbox = context.GetRequiredService<Inbox>();
            cfg.ReceiveEndpoint("one", e => e.Handler<Pong>(m =>
            {
                inbox.Add(m.Message);
                return Task.CompletedTask;
            }));
        });
        Assert.Equal(1, await newer.Queues.RequeueAsync("one", SqliteQueuePart.Skipped));
        await Wait.Until(async () => (await newer.Queues.FindAsync("one"))!.TotalCompleted == 1, "the message");
        Assert.Equal([new Pong(1)], newer.Services.GetRequiredService<Inbox>().Of<Pong>());
    }

    [Fact]
    public async Task A_message_that_is_given_back_each_time_becomes_a_dead_letter_at_the_delivery_limit()
    {
        var counts = new List<int>();
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (_, cfg) => cfg.ReceiveEndpoint("one", e =>
        {
            e.MaxDeliveryCount = 3;
            e.UnlockDelay = TimeSpan.FromMilliseconds(20);
            e.RethrowFaultedMessages();
            e.Handler<Ping>(m =>
            {
                lock (counts)
                    counts.Add(m.ReceiveContext.GetPayload<SqlMessageContext>().DeliveryCount);
                throw new InvalidDataException("no such frame");
            });
        }));
        await bus.Bus.Publish(new Ping(1));
        await Wait.Until(async () => (await bus.Queues.FindAsync("one"))!.DeadLetter == 1, "the dead letter");
        Assert.Equal([1, 2, 3], counts);
        var dead = Assert.Single(await bus.Queues.PeekAsync("one", SqliteQueuePart.DeadLetter));
        Assert.Equal(("delivery limit", 3), (dead.Reason, dead.DeliveryCount));
        Assert.Contains("InvalidDataException", dead.ExceptionType);
        Assert.Equal(0, (await bus.Queues.FindAsync("one"))!.Error);
    }

    [Fact]
    public async Task Redelivery_is_no_failed_delivery_however_often()
    {
        var calls = 0;
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (_, cfg) => cfg.ReceiveEndpoint("one", e =>
        {
            e.MaxDeliveryCount = 2;
            e.UseDelayedRedelivery(r => r.Interval(5, TimeSpan.FromMilliseconds(20)));
            e.Handler<Ping>(_ => Interlocked.Increment(ref calls) < 6 ? throw new IOException("not yet") : Task.CompletedTask);
        }));
        await bus.Bus.Publish(new Ping(1));
        await Wait.Until(() => Volatile.Read(ref calls) == 6, "six tries");
        await Wait.Until(async () => (await bus.Queues.FindAsync("one"))!.TotalCompleted == 1, "done");
        var info = (await bus.Queues.FindAsync("one"))!;
        Assert.Equal((0, 0), (info.Error, info.DeadLetter));
    }

    [Fact]
    public async Task Redelivery_waits_in_the_file()
    {
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (_, cfg) => cfg.ReceiveEndpoint("one", e =>
        {
            e.UseDelayedRedelivery(r => r.Interval(1, TimeSpan.FromHours(1)));
            e.Handler<Ping>(_ => throw new IOException("not yet"));
        }));
        await bus.Bus.Publish(new Ping(1));
        await Wait.Until(async () => (await bus.Queues.FindAsync("one"))!.Scheduled == 1, "waiting");
        var info = (await bus.Queues.FindAsync("one"))!;
        Assert.InRange(info.NextDue!.Value - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(61));
    }
}
