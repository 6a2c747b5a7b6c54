using Microsoft.Extensions.DependencyInjection;

namespace MassTransit.SqlTransport.Sqlite.Tests.Operator;

public sealed class Pausing_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_paused_queue_collects_until_it_is_resumed()
    {
        await using var bus = await Start();
        await bus.Queues.PauseAsync("one", "token expired");
        for (var n = 0; n < 5; n++)
            await bus.Bus.Publish(new Ping(n));
        var info = (await bus.Queues.FindAsync("one"))!;
        Assert.Equal((5, "token expired"), (info.Ready, info.Paused?.Reason));
        Assert.Null(info.Paused!.Until);
        Assert.True(await bus.Queues.ResumeAsync("one"));
        Assert.False(await bus.Queues.ResumeAsync("one"));
        await Wait.Until(async () => (await bus.Queues.FindAsync("one"))!.TotalCompleted == 5, "all done");
    }

    [Fact]
    public async Task A_pause_survives_a_restart_and_can_come_before_the_queue()
    {
        await using (var queues = new SqliteQueues(_folder.File("q.db")))
            await queues.PauseAsync("one", "maintenance");
        await using var bus = await Start();
        await bus.Bus.Publish(new Ping(1));
        Assert.Equal("maintenance", (await bus.Queues.FindAsync("one"))!.Paused?.Reason);
        Assert.Empty(bus.Services.GetRequiredService<Inbox>().Of<Ping>());
    }

    [Fact]
    public async Task A_pause_keeps_the_code_of_its_application_until_another_replaces_it()
    {
        var until = TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1);
        await using (var queues = new SqliteQueues(_folder.File("q.db")))
            await queues.PauseAsync("one", "503 Service Unavailable", until, "outage");
        await using var again = new SqliteQueues(_folder.File("q.db"));
        var pause = (await again.FindAsync("one"))!.Paused!;
        Assert.Equal(("503 Service Unavailable", "outage", until.ToUnixTimeMilliseconds()),
            (pause.Reason, pause.Code, pause.Until!.Value.ToUnixTimeMilliseconds()));
        await again.PauseAsync("one", "maintenance");
        Assert.Null((await again.FindAsync("one"))!.Paused!.Code);
        await again.PauseAsync("one", "503", null, "outage");
        await again.ResumeAsync("one");
        await again.PauseAsync("one", "maintenance");
        Assert.Null((await again.FindAsync("one"))!.Paused!.Code);
    }

    [Fact]
    public async Task A_pause_ends_by_itself_at_its_time()
    {
        await using var bus = await Start();
        var until = TimeProvider.System.GetUtcNow() + TimeSpan.FromMilliseconds(300);
        await bus.Queues.PauseAsync("one", "Retry-After", until);
        await bus.Bus.Publish(new Ping(1));
        var inbox = bus.Services.GetRequiredService<Inbox>();
        await Wait.Until(() => inbox.Of<Ping>().Count == 1, "the end of the pause");
        Assert.True(TimeProvider.System.GetUtcNow() >= until - TimeSpan.FromMilliseconds(1));
        Assert.Null((await bus.Queues.FindAsync("one"))!.Paused);
    }

    private Task<TestBus> Start() => TestBus.StartAsync(_folder.File("q.db"), endpoints: (context, cfg) =>
    {
        var inbox = context.GetRequiredService<Inbox>();
        cfg.ReceiveEndpoint("one", e =>
        {
            e.PollingInterval = TimeSpan.FromSeconds(10);
            e.Handler<Ping>(m =>
            {
                inbox.Add(m.Message);
                return Task.CompletedTask;
            });
        });
    });
}
