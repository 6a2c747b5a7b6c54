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
