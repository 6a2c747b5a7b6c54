using Microsoft.Extensions.DependencyInjection;

namespace MassTransit.SqlTransport.Sqlite.Tests.Disks;

public sealed class FailingDisk_Specs : IDisposable
{
    private readonly TestDisk _disk = new();

    public void Dispose() => _disk.Dispose();

    [Theory]
    [InlineData(TestDisk.Full, SqliteTransportFailure.DiskFull)]
    [InlineData(TestDisk.WriteError, SqliteTransportFailure.Io)]
    [InlineData(TestDisk.SyncError, SqliteTransportFailure.Io)]
    public async Task A_disk_that_fails_at_any_operation_fails_the_publish_and_stores_nothing_of_it(
        int result, SqliteTransportFailure expected)
    {
        await using var bus = await StartPausedAsync();
        List<int> acknowledged = [];
        var (number, failed) = (0, 0);
        for (var healthy = 0; ; healthy++)
        {
            var left = healthy;
            _disk.Fail(operation => operation is DiskSync == (result == TestDisk.SyncError) && left-- <= 0 ? result : 0);
            var error = await Record.ExceptionAsync(() => PublishAsync(++number));
            _disk.Fail(null);
            if (error is null)
            {
                acknowledged.Add(number);
                break; // The disk failed later than a publish reaches.
            }

            Assert.Equal(expected, Assert.IsType<SqliteTransportException>(error).Failure);
            Assert.True(((SqliteTransportException)error).IsTransient);
            failed++;
            await PublishAsync(++number); // The next one succeeds, with nothing done about it.
            acknowledged.Add(number);
        }

        // A publish writes several pages, and syncs once.
        Assert.InRange(failed, result == TestDisk.SyncError ? 1 : 10, 100);
        var (one, two) = (await NumbersAsync(bus, "one"), await NumbersAsync(bus, "two"));
        Assert.Equal(one, two);
        Assert.Empty(acknowledged.Except(one));
        // When the sync itself fails the pages are in the file all the same, and SQLite finds them when it opens the file again.
        Assert.InRange(one.Except(acknowledged).Count(), 0, result == TestDisk.Full ? 0 : failed);

        Task PublishAsync(int n) => bus.Bus.Publish(new Ping(n, new string('x', 20_000)));
    }

    [Fact]
    public async Task A_receiver_whose_name_for_others_could_not_be_written_writes_it_later()
    {
        var failures = 0;
        _disk.Fail(
            operation => operation is DiskWrite write && write.Data.AsSpan().IndexOf("sqlite-queue-"u8) >= 0 && failures < 3
                && failures++ < 3 ? TestDisk.Full : 0);
        await using var bus = await TestBus.StartAsync(_disk.File("q.db"),
            endpoints: (_, cfg) => cfg.ReceiveEndpoint("one", e => e.Handler<Ping>(_ => Task.CompletedTask)));
        await bus.Bus.Publish(new Ping(1));
        await Wait.Until(async () => (await bus.Queues.FindAsync("one"))!.TotalCompleted == 1, "the message");
        Assert.Equal(3, failures);
    }

    [Fact]
    public async Task A_full_disk_stops_publishing_and_everything_goes_on_when_there_is_room()
    {
        var sizes = new Dictionary<string, long>();
        long capacity = 1 << 20;
        await using var bus = await StartPausedAsync();
        _disk.Fail(operation =>
        {
            if (operation is not DiskWrite write
                || write.Offset + write.Data.Length is var end && end <= sizes.GetValueOrDefault(write.File))
            {
                return 0;
            }

            if (sizes.Values.Sum() - sizes.GetValueOrDefault(write.File) + end > Volatile.Read(ref capacity))
                return TestDisk.Full;
            sizes[write.File] = end;
            return 0;
        });
        var stored = 0;
        SqliteTransportException? full = null;
        while (full is null)
        {
            full = await Record.ExceptionAsync(
                () => bus.Bus.Publish(new Ping(stored, new string('x', 20_000)))) as SqliteTransportException;
            stored += full is null ? 1 : 0;
        }

        Assert.Equal(SqliteTransportFailure.DiskFull, full.Failure);
        Assert.Contains("free some space", full.Message);
        Assert.Equal(stored, (await bus.Queues.FindAsync("one"))!.Ready);
        // Consuming needs a little room as well; the receivers wait for it and do not give up.
        Volatile.Write(ref capacity, long.MaxValue);
        await bus.Queues.ResumeAsync("one");
        await bus.Queues.ResumeAsync("two");
        await bus.Bus.Publish(new Ping(stored));
        await Wait.Until(async () => (await bus.Queues.ListAsync()).Sum(q => q.TotalCompleted) == 2 * (stored + 1), "all of it consumed");
        Assert.Equal(Enumerable.Range(0, stored + 1), bus.Services.GetRequiredService<Inbox>().Of<int>().Distinct().Order());
    }

    [Fact]
    public async Task A_consumer_finishes_its_message_over_a_short_failure_of_the_disk_and_has_it_once()
    {
        await using var bus = await StartPausedAsync();
        await bus.Bus.Publish(new Ping(1));
        var failures = 0;
        // Every second write fails for a while, under fetch, acknowledgement and all.
        _disk.Fail(operation => operation is DiskWrite && Interlocked.Increment(ref failures) is var n && n < 40 && n % 2 == 0
            ? TestDisk.WriteError
            : 0);
        foreach (var queue in (string[])["one", "two"])
            await Wait.Until(async () => await Record.ExceptionAsync(() => bus.Queues.ResumeAsync(queue)) is null, $"{queue} to resume");
        await Wait.Until(async () => (await bus.Queues.ListAsync()).Sum(q => q.TotalCompleted) == 2, "both acknowledged");
        Assert.Equal([1, 1], bus.Services.GetRequiredService<Inbox>().Of<int>());
        Assert.All(await bus.Queues.ListAsync(), q => Assert.Equal((0, 0, 0), (q.Ready, q.InFlight, q.Error)));
    }

    private async Task<TestBus> StartPausedAsync()
    {
        var bus = await TestBus.StartAsync(_disk.File("q.db"), endpoints: (context, cfg) =>
        {
            var inbox = context.GetRequiredService<Inbox>();
            foreach (var queue in (string[])["one", "two"])
            {
                cfg.ReceiveEndpoint(queue, e => e.Handler<Ping>(m =>
                {
                    inbox.Add(m.Message.Number);
                    return Task.CompletedTask;
                }));
            }
        });
        await bus.Queues.PauseAsync("one", "looking");
        await bus.Queues.PauseAsync("two", "looking");
        return bus;
    }

    private static async Task<List<int>> NumbersAsync(TestBus bus, string queue) =>
        [.. (await bus.Queues.PeekAsync(queue, SqliteQueuePart.Ready, limit: 1000)).Select(m => TransportClient.Number(m.Body.Span))
            .Order()];
}
