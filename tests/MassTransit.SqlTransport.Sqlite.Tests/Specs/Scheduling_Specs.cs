using Microsoft.Extensions.DependencyInjection;

namespace MassTransit.SqlTransport.Sqlite.Tests.Specs;

public sealed class Scheduling_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_scheduled_message_comes_at_its_time_without_polling()
    {
        await using var bus = await Start();
        var due = DateTime.MaxValue;
        await using (var scope = bus.Services.CreateAsyncScope())
        {
            var scheduler = scope.ServiceProvider.GetRequiredService<IMessageScheduler>();
            due = TimeProvider.System.GetUtcNow().UtcDateTime + TimeSpan.FromSeconds(3); // the other is long there by then
            await scheduler.SchedulePublish(due, new Ping(1));
        }

        await bus.Bus.Publish(new Ping(2));
        var inbox = bus.Services.GetRequiredService<Inbox>();
        await Wait.Until(() => inbox.Of<(int Number, DateTime At)>().Count == 2, "both");
        var seen = inbox.Of<(int Number, DateTime At)>();
        Assert.Equal([2, 1], seen.Select(s => s.Number));
        Assert.True(seen[1].At >= due - TimeSpan.FromMilliseconds(5), $"{seen[1].At:O} is before {due:O}");
    }

    [Fact]
    public async Task A_cancelled_message_never_comes()
    {
        await using var bus = await Start();
        await using var scope = bus.Services.CreateAsyncScope();
        var scheduler = scope.ServiceProvider.GetRequiredService<IMessageScheduler>();
        var scheduled = await scheduler.SchedulePublish(TimeProvider.System.GetUtcNow().UtcDateTime + TimeSpan.FromHours(1), new Ping(1));
        Assert.Equal(1, (await bus.Queues.FindAsync("one"))!.Scheduled);
        await scheduler.CancelScheduledPublish<Ping>(scheduled.TokenId);
        Assert.Equal(0, (await bus.Queues.FindAsync("one"))!.Scheduled);
    }

    [Fact]
    public async Task A_redelivery_by_the_scheduler_waits_in_the_file_too()
    {
        var calls = 0;
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (_, cfg) => cfg.ReceiveEndpoint("one", e =>
        {
            e.UseScheduledRedelivery(r => r.Interval(3, TimeSpan.FromMilliseconds(50)));
            e.Handler<Ping>(_ => Interlocked.Increment(ref calls) < 3 ? throw new IOException("not yet") : Task.CompletedTask);
        }));
        await bus.Bus.Publish(new Ping(1));
        await Wait.Until(() => Volatile.Read(ref calls) == 3, "three tries");
        await Wait.Until(async () =>
            await bus.Queues.FindAsync("one") is { Ready: 0, InFlight: 0, Scheduled: 0, Error: 0, TotalCompleted: > 0 }, "done");
    }

    [Fact]
    public async Task A_delayed_send_waits()
    {
        await using var bus = await Start();
        await (await bus.EndpointOf("one")).Send(new Ping(1), c => c.Delay = TimeSpan.FromSeconds(3));
        Assert.Equal(1, (await bus.Queues.FindAsync("one"))!.Scheduled);
        var inbox = bus.Services.GetRequiredService<Inbox>();
        await Wait.Until(() => inbox.Of<(int, DateTime)>().Count == 1, "the delayed message");
    }

    private Task<TestBus> Start() => TestBus.StartAsync(_folder.File("q.db"), endpoints: (context, cfg) =>
    {
        var inbox = context.GetRequiredService<Inbox>();
        cfg.ReceiveEndpoint("one", e =>
        {
            e.PollingInterval = TimeSpan.FromSeconds(10); // waking must not depend on it
            e.Handler<Ping>(m =>
            {
                inbox.Add((m.Message.Number, TimeProvider.System.GetUtcNow().UtcDateTime));
                return Task.CompletedTask;
            });
        });
    });
}
