using MassTransit.SqlTransport.Sqlite.Tests.Disks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Tests.Specs;

/// <summary>MassTransit's own health check tells how the file is, and nobody has to restart a bus over it.</summary>
public sealed class Health_Specs : IDisposable
{
    private readonly TestDisk _disk = new();

    public void Dispose() => _disk.Dispose();

    [Fact]
    public async Task A_full_disk_makes_the_bus_unhealthy_until_there_is_room()
    {
        await using var bus = await StartAsync(_disk.File("q.db"));
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(bus)).Status);
        var tries = 0;
        _disk.Fail(operation => operation is DiskWrite && Interlocked.Increment(ref tries) > 0 ? TestDisk.Full : 0);
        await Assert.ThrowsAsync<SqliteTransportException>(() => bus.Bus.Publish(new Ping(1)));
        await Wait.Until(
            async () => await CheckAsync(bus) is { Status: HealthStatus.Unhealthy, Exception: SqliteTransportException }, "unhealthy");
        Assert.Contains("free some space", (await CheckAsync(bus)).Exception!.Message);
        var before = Volatile.Read(ref tries);
        await Wait.Until(() => Volatile.Read(ref tries) > before + 2, "more tries");
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(bus)).Status);
        _disk.Fail(null);
        // Nobody writes: it finds out by itself.
        await Wait.Until(async () => (await CheckAsync(bus)).Status == HealthStatus.Healthy, "healthy again");
    }

    [Fact]
    public async Task A_receiver_that_cannot_fetch_does_not_spin()
    {
        var attempts = 0;
        // The receiver alone: what maintenance tries between would be taken for its attempts.
        await using var bus = await StartAsync(_disk.File("q.db"), sqlite: host => host.MaintenanceInterval = TimeSpan.FromHours(1));
        await (await bus.EndpointOf("one")).Send(new Ping(1), c => c.Delay = TimeSpan.FromMilliseconds(300));
        _disk.Fail(operation => operation is DiskWrite && Interlocked.Increment(ref attempts) > 0 ? TestDisk.Full : 0);
        await Wait.Until(() => Volatile.Read(ref attempts) > 0, "the fetch of what has become due");
        var began = TimeProvider.System.GetTimestamp();
        await Wait.Until(() => Volatile.Read(ref attempts) > 4, "some more");
        Assert.True(TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromMilliseconds(100), "each attempt waits");
        _disk.Fail(null);
        await Wait.Until(async () => (await bus.Queues.FindAsync("one"))!.TotalCompleted == 1, "the message");
    }

    [Fact]
    public async Task A_bus_that_was_started_before_its_disk_was_mounted_goes_on_when_it_is()
    {
        var path = _disk.File("mount/q.db");
        await using var bus = await StartAsync(path, waitUntilStarted: false);
        await Wait.Until(async () => (await CheckAsync(bus)).Status == HealthStatus.Unhealthy, "unhealthy");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // MassTransit tries again ever more slowly
        await Wait.Until(async () => (await CheckAsync(bus)).Status == HealthStatus.Healthy, "healthy", TimeSpan.FromMinutes(1));
        await bus.Bus.Publish(new Ping(1));
        await Wait.Until(async () => (await bus.Queues.FindAsync("one"))!.TotalCompleted == 1, "the message");
    }

    [Fact]
    public async Task A_receiver_whose_queue_was_deleted_makes_it_again()
    {
        await using var bus = await StartAsync(_disk.File("q.db"));
        // As another process does with a temporary queue while this one is suspended.
        await using (var file = await SqliteFile.OpenAsync(new() { Path = _disk.File("q.db") }, TimeProvider.System, default))
        {
            await file.WriteAsync(c =>
                ((SqliteFileConnection)c).Run("DELETE FROM queue WHERE name = 'one'; UPDATE topology SET version = version + 1"), default);
        }

        await bus.Bus.Publish(new Ping(1)); // to nobody
        await Wait.Until(async () => await bus.Queues.FindAsync("one") is not null, "the queue");
        await Wait.Until(async () =>
        {
            await bus.Bus.Publish(new Ping(2));
            return (await bus.Queues.FindAsync("one"))!.TotalCompleted > 0;
        }, "a message");
    }

    private static Task<TestBus> StartAsync(
        string path, bool waitUntilStarted = true, Action<ISqliteSqlHostConfigurator>? sqlite = null) =>
        TestBus.StartAsync(path, waitUntilStarted: waitUntilStarted, sqlite: sqlite,
            endpoints: (_, cfg) => cfg.ReceiveEndpoint("one", e =>
            {
                e.PollingInterval = TimeSpan.FromMilliseconds(500);
                e.Handler<Ping>(_ => Task.CompletedTask);
            }));

    private static Task<HealthReportEntry> CheckAsync(TestBus bus) => bus.HealthAsync();
}
