using MassTransit.SqlTransport.Sqlite.Tests.Portable;
using Microsoft.Extensions.DependencyInjection;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Tests.Processes;

[Trait("Rerun", "Never")]
public sealed class Crash_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public Crash_Specs() => _path = _folder.File("q.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_a_killed_publisher_was_told_is_published_is_there_once()
    {
        await CreateQueue();
        await using var child = await ChildProcess.StartAsync("publish", _path);
        await Wait.Until(() => child.Said.Count > 200, "two hundred publishes");
        var acknowledged = await child.KillAsync();

        var seen = await Consume(acknowledged.Count);
        Assert.Empty(acknowledged.Except(seen));
        Assert.Equal(seen.Count, seen.Distinct().Count());
        // One more may have reached the file without the answer reaching the child.
        Assert.InRange(seen.Count, acknowledged.Count, acknowledged.Count + 1);
    }

    [Fact]
    public async Task What_a_killed_consumer_held_comes_back_and_what_it_finished_does_not()
    {
        await CreateQueue();
        await using (var bus = await TestBus.StartAsync(_path))
        {
            for (var n = 0; n < 500; n++)
                await bus.Bus.Publish(new Ping(n));
        }

        await using var child = await ChildProcess.StartAsync("consume", _path);
        await Wait.Until(() => child.Said.Count > 100, "a hundred messages");
        var consumed = await child.KillAsync();

        await using var queues = new SqliteQueues(_path);
        var info = (await queues.FindAsync("one"))!;
        Assert.Equal(500, info.TotalCompleted + info.Ready + info.InFlight);
        var again = await Consume((int)(500 - info.TotalCompleted));
        Assert.Equal(500 - info.TotalCompleted, again.Count);
        Assert.Equal(Enumerable.Range(0, 500), consumed.Concat(again).Distinct().Order());
    }

    [Fact]
    public async Task A_message_that_kills_its_process_every_time_becomes_a_dead_letter_and_its_neighbours_do_not()
    {
        await CreateQueue(maxDeliveryCount: 1);
        await using (var bus = await TestBus.StartAsync(_path))
            await bus.Bus.Publish(new Ping(7));
        await using var queues = new SqliteQueues(_path);
        // The first crash cannot be told from a crash before the consumer began; the second can.
        for (var crash = 1; crash <= 2; crash++)
        {
            await using var child = await ChildProcess.StartAsync("hold", _path);
            await Wait.Until(() => child.Said.Count > 0, "the message");
            await child.KillAsync();
            Assert.Equal(0, (await queues.FindAsync("one"))!.DeadLetter);
        }

        await using var last = await ChildProcess.StartAsync("hold", _path);
        await Wait.Until(async () => (await queues.FindAsync("one"))!.DeadLetter == 1, "the dead letter");
        var dead = Assert.Single(await queues.PeekAsync("one", SqliteQueuePart.DeadLetter));
        Assert.Equal(("delivery limit", 1), (dead.Reason, dead.DeliveryCount));
        Assert.Empty(last.Said);
    }

    [Fact]
    public async Task A_receiver_in_another_process_is_woken_and_does_not_poll()
    {
        await CreateQueue();
        await using var child = await ChildProcess.StartAsync("consume", _path);
        await using var bus = await TestBus.StartAsync(_path);
        for (var n = 0; n < 5; n++)
        {
            await bus.Bus.Publish(new Ping(n));
            await Wait.Until(() => child.Said.Contains(n), $"message {n}, which polling would bring in an hour");
        }

        await bus.Queues.PauseAsync("one", "pausing another process");
        await bus.Bus.Publish(new Ping(5));
        await bus.Queues.PauseAsync("one", "and again, which wakes it");
        Assert.Equal((1, false), ((await bus.Queues.FindAsync("one"))!.Ready, child.Said.Contains(5)));
        await bus.Queues.ResumeAsync("one");
        await Wait.Until(() => child.Said.Contains(5), "the message after the pause");
    }

    [SkippableFact]
    public async Task A_receiver_whom_no_signal_reaches_finds_its_messages_by_looking_once_a_polling_interval()
    {
        Skip.If(PortableRun.Asked is "polling", "Nobody listens in that run, and all its specs find their messages so.");
        await using var bus = await TestBus.StartAsync(_path, endpoints: (context, cfg) =>
        {
            var inbox = context.GetRequiredService<Inbox>();
            cfg.ReceiveEndpoint("one", e =>
            {
                e.PollingInterval = TimeSpan.FromMilliseconds(200);
                e.Handler<Ping>(m =>
                {
                    inbox.Add(m.Message.Number);
                    return Task.CompletedTask;
                });
            });
        });
        await using var file = await SqliteFile.OpenAsync(new SqliteFileOptions { Path = _path }, TimeProvider.System, default);
        // Nobody knows any more where to send a datagram.
        await Wait.Until(() => file.WriteAsync(c => c.Statement("DELETE FROM listener").Execute() > 0, default), "the receiver to listen");
        await using var child = await ChildProcess.StartAsync("publish", _path);
        await Wait.Until(() => bus.Services.GetRequiredService<Inbox>().Of<int>().Count > 100, "what the child publishes");
        Assert.Equal(0, await file.ReadAsync(c => ((SqliteFileConnection)c).Number("SELECT count(*) FROM listener"), default));
    }

    private async Task CreateQueue(int? maxDeliveryCount = null)
    {
        await using var bus = await TestBus.StartAsync(_path, endpoints: (_, cfg) => cfg.ReceiveEndpoint("one", e =>
        {
            e.MaxDeliveryCount = maxDeliveryCount;
            e.Handler<Ping>(_ => Task.CompletedTask);
        }));
    }

    private async Task<IReadOnlyList<int>> Consume(int atLeast)
    {
        await using var bus = await TestBus.StartAsync(_path, endpoints: (context, cfg) =>
        {
            var inbox = context.GetRequiredService<Inbox>();
            cfg.ReceiveEndpoint("one", e => e.Handler<Ping>(m =>
            {
                inbox.Add(m.Message.Number);
                return Task.CompletedTask;
            }));
        });
        var inbox = bus.Services.GetRequiredService<Inbox>();
        await Wait.Until(
            async () => inbox.Of<int>().Count >= atLeast && await bus.Queues.FindAsync("one") is { Ready: 0, InFlight: 0 }, "all of it");
        return inbox.Of<int>();
    }
}
