namespace MassTransit.SqlTransport.Sqlite.Tests.Disks;

public sealed class Synchronous_Specs : IDisposable
{
    private readonly TestDisk _disk = new();

    public void Dispose() => _disk.Dispose();

    [Theory]
    [InlineData("", true)]
    [InlineData("Synchronous=Full", true)]
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
}
