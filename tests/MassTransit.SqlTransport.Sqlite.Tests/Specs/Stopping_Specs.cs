using Microsoft.Extensions.DependencyInjection;

namespace MassTransit.SqlTransport.Sqlite.Tests.Specs;

/// <summary>An endpoint that stops waits for no message any more, and may be started again.</summary>
public sealed class Stopping_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Who_waits_for_messages_is_told_at_once_that_the_endpoint_stops()
    {
        var received = new TaskCompletionSource<(ConnectionContext Connection, long QueueId)>(
            TaskCreationOptions.RunContinuationsAsynchronously);
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (_, _) => { }, time: new NoTimers());
        var handle = bus.Services.GetRequiredService<IBusControl>().ConnectReceiveEndpoint("one", e => e.Handler<Ping>(context =>
        {
            received.SetResult((context.GetPayload<ConnectionContext>(), context.GetPayload<ReceiveSettings>().QueueId!.Value));
            return Task.CompletedTask;
        }));
        await handle.Ready;
        await bus.Bus.Publish(new Ping(1));
        var (connection, queueId) = await received.Task.WaitAsync(Wait.Bound);

        // As MassTransit's receiver waits, but with a token that nobody cancels.
        Task waits = Task.CompletedTask;
        await Wait.Until(() => !(waits = connection.DelayUntilMessageReady(queueId, TimeSpan.FromDays(1), default)).IsCompleted, "rest");
        var stopped = handle.StopAsync();
        await waits.WaitAsync(Wait.Bound);
        await stopped;
    }

    [Fact]
    public async Task A_bus_that_stops_while_its_file_is_opened_leaves_it_closed()
    {
        var path = _folder.File("q.db");
        await using (var queues = new SqliteQueues(path))
            await queues.ListAsync();
        var bus = await TestBus.StartAsync(path, endpoints: (_, _) => { }, waitUntilStarted: false);
        Task publish, stop;
        // Another process holds the lock.
        await using (new FileStream($"{path}-lock", FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            publish = bus.Bus.Publish(new Ping(1));
            stop = bus.DisposeAsync().AsTask();
            Assert.NotSame(stop, await Task.WhenAny(stop, Task.Delay(TimeSpan.FromSeconds(0.5), TimeProvider.System)));
        }

        await stop.WaitAsync(Wait.Bound);
        await Task.WhenAny(publish).WaitAsync(Wait.Bound);
        Assert.DoesNotContain(new DirectoryInfo("/proc/self/fd").GetFileSystemInfos(),
            open => open.LinkTarget?.StartsWith(path, StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task An_endpoint_that_was_stopped_receives_again_when_it_is_started_again()
    {
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (_, _) => { });
        var control = bus.Services.GetRequiredService<IBusControl>();
        for (var round = 1; round <= 3; round++)
        {
            var handle = control.ConnectReceiveEndpoint("one", e => e.Handler<Ping>(_ => Task.CompletedTask));
            await handle.Ready;
            for (var i = 0; i < 2; i++) // the second wakes a receiver that has found nothing
            {
                var done = 2 * (round - 1) + i + 1;
                await bus.Bus.Publish(new Ping(done));
                await Wait.Until(async () => (await bus.Queues.FindAsync("one"))!.TotalCompleted == done, $"message {done}");
            }

            await handle.StopAsync();
        }
    }

    [Fact]
    public async Task An_endpoint_receives_that_is_connected_while_another_of_its_name_still_stops()
    {
        var (begun, release) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (_, _) => { });
        var control = bus.Services.GetRequiredService<IBusControl>();
        var first = control.ConnectReceiveEndpoint("one", e => e.Handler<Ping>(_ =>
        {
            begun.SetResult();
            return release.Task;
        }));
        await first.Ready;
        await bus.Bus.Publish(new Ping(1));
        await begun.Task.WaitAsync(Wait.Bound);
        var stopped = first.StopAsync();
        var second = control.ConnectReceiveEndpoint("one", e => e.Handler<Ping>(_ => Task.CompletedTask));
        await second.Ready;
        await bus.Bus.Publish(new Ping(2));
        await Wait.Until(async () => (await bus.Queues.FindAsync("one"))!.TotalCompleted == 1, "the second");
        release.SetResult();
        await stopped;
        await bus.Bus.Publish(new Ping(3));
        await Wait.Until(async () => (await bus.Queues.FindAsync("one"))!.TotalCompleted == 3, "all three");
    }

    [Fact]
    public async Task A_bus_that_was_stopped_receives_again_when_it_is_started_again()
    {
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (_, cfg) => cfg.ReceiveEndpoint("one",
            e => e.Handler<Ping>(_ => Task.CompletedTask)));
        var control = bus.Services.GetRequiredService<IBusControl>();
        for (var run = 1; run <= 3; run++)
        {
            await (await bus.EndpointOf("one")).Send(new Ping(run));
            await Wait.Until(async () => (await bus.Queues.FindAsync("one"))!.TotalCompleted == run, "the message");
            await control.StopAsync();
            await control.StartAsync();
        }
    }

    // Nothing happens because time passes: no look at the file once in a while either.
    private sealed class NoTimers : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
