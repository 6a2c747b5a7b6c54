using Microsoft.Extensions.DependencyInjection;

namespace MassTransit.SqlTransport.Sqlite.Tests.Specs;

/// <summary>
/// A row that cannot be read (law 8) goes to its queue's dead letters, alone and with its cause; everything else is delivered.
/// </summary>
public sealed class BadRow_Specs : IDisposable
{
    private const string Second =
        "(SELECT d.id FROM delivery d JOIN queue q ON q.id = d.queue_id WHERE q.name = 'one' ORDER BY d.id LIMIT 1 OFFSET 1)";
    private const string SecondMessage = $"(SELECT message_id FROM delivery WHERE id = {Second})";

    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public BadRow_Specs() => _path = _folder.File("q.db");

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> Unreadable => new()
    {
        { $"UPDATE delivery SET expires = -{long.MaxValue} WHERE id = {Second}", "expires is no time" },
        { $"UPDATE delivery SET expires = {long.MaxValue} WHERE id = {Second}", "expires is no time" },
        { $"UPDATE delivery SET enqueued = -{long.MaxValue} WHERE id = {Second}", "enqueued is no time" },
        { $"UPDATE message SET sent = {long.MaxValue} WHERE id = {SecondMessage}", "sent is no time" },
        { $"UPDATE message SET message_id = x'0102' WHERE id = {SecondMessage}", "message_id has 2 bytes, not 16" },
        { $"UPDATE message SET transport_message_id = x'' WHERE id = {SecondMessage}", "transport_message_id has 0 bytes, not 16" },
        { $"UPDATE delivery SET partition_key = CAST(x'ff41' AS TEXT) WHERE id = {Second}", "partition_key is not UTF-8" },
        { $"UPDATE message SET message_type = CAST(x'c3' AS TEXT) WHERE id = {SecondMessage}", "message_type is not UTF-8" },
        { $"UPDATE message SET headers = '[{{' WHERE id = {SecondMessage}", "headers" },
        { $"UPDATE message SET headers = '[1]' WHERE id = {SecondMessage}", "headers" },
        { $"UPDATE delivery SET transport_headers = 'fault' WHERE id = {Second}", "headers" },
        { $"DELETE FROM message WHERE id = {SecondMessage}", "body is missing" },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task A_row_that_cannot_be_read_becomes_a_dead_letter_and_the_others_are_delivered(string sql, string cause)
    {
        await using var bus = await StartAsync();
        await FillAsync(bus);
        Assert.Equal(1, await ForeignWriter.RunAsync(_path, sql));
        Assert.Equal([false, true, false],
            (await bus.Queues.PeekAsync("one", SqliteQueuePart.Ready)).Select(m => m.Unreadable?.Contains(cause) ?? false));
        await bus.Queues.ResumeAsync("one");
        await DoneAsync(bus, cause);

        // Nobody has mended it; but what failed expires no more.
        var mended = cause.StartsWith("expires", StringComparison.Ordinal) ? 1 : 0;
        Assert.Equal(1, await bus.Queues.RequeueAsync("one", SqliteQueuePart.DeadLetter));
        await Wait.Until(async () => await bus.Queues.FindAsync("one") is { Ready: 0, InFlight: 0 }, "all done again");
        Assert.Equal(1 - mended, await bus.Queues.PurgeAsync("one", SqliteQueuePart.DeadLetter));
        Assert.Equal(0, (await bus.Queues.FindAsync("one"))!.DeadLetter);
    }

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task A_row_that_cannot_be_read_stops_no_restart(string sql, string cause)
    {
        await using (var bus = await StartAsync())
            await FillAsync(bus);
        Assert.Equal(1, await ForeignWriter.RunAsync(_path, sql));
        await using var again = await StartAsync();
        await again.Queues.ResumeAsync("one");
        await DoneAsync(again, cause);
    }

    [Theory]
    [InlineData(SqlReceiveMode.Partitioned)]
    [InlineData(SqlReceiveMode.PartitionedConcurrent)]
    [InlineData(SqlReceiveMode.PartitionedOrdered)]
    [InlineData(SqlReceiveMode.PartitionedOrderedConcurrent)]
    public async Task A_row_that_cannot_be_read_does_not_stop_its_partition(SqlReceiveMode mode)
    {
        await using var bus = await StartAsync(mode);
        await FillAsync(bus, context => context.SetPartitionKey("night"));
        Assert.Equal(1, await ForeignWriter.RunAsync(_path, $"UPDATE delivery SET expires = -{long.MaxValue} WHERE id = {Second}"));
        await (await bus.EndpointOf("one")).Send(new Ping(4), context => context.SetPartitionKey("dusk"));
        await ForeignWriter.RunAsync(_path, "UPDATE delivery SET partition_key = CAST(x'ff41' AS TEXT) WHERE partition_key = 'dusk'");
        await bus.Queues.ResumeAsync("one");
        await Wait.Until(async () => await bus.Queues.FindAsync("one") is { Ready: 0, InFlight: 0, DeadLetter: 2 },
            "two dead letters, and all else done");
        Assert.Equal([1, 3], bus.Services.GetRequiredService<Inbox>().Of<Ping>().Select(p => p.Number));
    }

    [Fact]
    public async Task What_can_be_made_to_fit_is_delivered()
    {
        await using var bus = await StartAsync();
        await FillAsync(bus);
        await ForeignWriter.RunAsync(_path,
            $"UPDATE delivery SET priority = {long.MaxValue}, delivery_count = {long.MaxValue}, attempt = 77, shared = 12 WHERE id = "
                + $"{Second}",
            $"UPDATE message SET response_address = 'no address', content_type = 'application/json' WHERE id = {SecondMessage}",
            $"UPDATE queue SET enqueued = {long.MaxValue}, completed = {long.MaxValue}, failed = {long.MaxValue}, touched = "
                + $"{long.MaxValue} WHERE kind = 1",
            "INSERT INTO queue (name, kind) VALUES ('one', 12)",
            $"INSERT INTO queue (name, kind, auto_delete, paused_since, paused_until, pause_reason) VALUES ('odd', 1, {long.MaxValue}, "
                + $"-{long.MaxValue}, {long.MaxValue}, '?')",
            "INSERT INTO queue_subscription SELECT t.id, q.id, 3, '[' FROM topic t, queue q WHERE q.name = 'odd'",
            "INSERT INTO queue_subscription SELECT t.id, q.id, 99, '' FROM topic t, queue q WHERE q.name = 'odd'");
        await bus.Bus.Publish(new Ping(4), context => context.SetRoutingKey("["));
        await bus.Queues.ResumeAsync("one");
        await Wait.Until(async () => await bus.Queues.FindAsync("one") is { Ready: 0, InFlight: 0, DeadLetter: 0 }, "all done");
        Assert.Equal([1, 3, 4, 2], bus.Services.GetRequiredService<Inbox>().Of<Ping>().Select(p => p.Number));
        var odd = (await bus.Queues.ListAsync()).Single(q => q.Name == "odd");
        Assert.Equal((0, true), (odd.Ready, odd.Paused?.Since < odd.Paused?.Until));
    }

    [Fact]
    public async Task Times_that_are_none_stop_neither_receivers_nor_the_next_start()
    {
        await using (var bus = await StartAsync())
        {
            await FillAsync(bus, context => context.TimeToLive = TimeSpan.FromDays(1));
            foreach (var (due, since) in ((long, long)[])[(long.MaxValue, long.MinValue), (long.MinValue, long.MaxValue),
                (long.MaxValue, long.MaxValue)])
            {
                await ForeignWriter.RunAsync(_path, $"""
                    INSERT INTO delivery (message_id, shared, queue_id, priority, position, due, since, held, enqueued, expires)
                    SELECT message_id, 1, queue_id, priority, position, {due}, {since}, 0, {since}, {due} FROM delivery WHERE id = {Second}
                    """.Replace(long.MinValue.ToString(), $"(-{long.MaxValue} - 1)", StringComparison.Ordinal));
            }

            await bus.Queues.ResumeAsync("one");
            await Wait.Until(() => bus.Services.GetRequiredService<Inbox>().Of<Ping>().Count >= 3, "the three good ones");
            Assert.NotEmpty(await bus.Queues.PeekAsync("one", SqliteQueuePart.Scheduled));
            Assert.NotNull(await bus.Queues.FindAsync("one"));
        }

        await using var again = await StartAsync();
        await again.Bus.Publish(new Ping(4));
        await Wait.Until(() => again.Services.GetRequiredService<Inbox>().Of<Ping>().Any(p => p.Number == 4), "the next message");
    }

    private Task<TestBus> StartAsync(SqlReceiveMode mode = SqlReceiveMode.Normal) => TestBus.StartAsync(_path, endpoints: (context, cfg) =>
    {
        var inbox = context.GetRequiredService<Inbox>();
        foreach (var queue in (string[])["one", "two"])
        {
            cfg.ReceiveEndpoint(queue, e =>
            {
                e.ConfigureConsumeTopology = queue == "one";
                e.SetReceiveMode(mode);
                e.ConcurrentMessageLimit = 1;
                e.PollingInterval = TimeSpan.FromHours(1);
                e.Handler<Ping>(m =>
                {
                    inbox.Add(m.Message);
                    return Task.CompletedTask;
                });
            });
        }
    });

    private static async Task FillAsync(TestBus bus, Action<SqlSendContext>? configure = null)
    {
        await bus.Queues.PauseAsync("one", "until the row is bad");
        var endpoint = await bus.EndpointOf("one");
        for (var n = 1; n <= 3; n++)
            await endpoint.Send(new Ping(n), context => configure?.Invoke((SqlSendContext)context));
    }

    private static async Task DoneAsync(TestBus bus, string cause)
    {
        await Wait.Until(async () => await bus.Queues.FindAsync("one") is { Ready: 0, InFlight: 0, DeadLetter: 1 },
            "the dead letter, and all else done");
        await (await bus.EndpointOf("two")).Send(new Ping(5));
        await Wait.Until(
            async () => await bus.Queues.FindAsync("two") is { Ready: 0, InFlight: 0, TotalCompleted: > 0 }, "the other queue");
        Assert.Equal([1, 3], bus.Services.GetRequiredService<Inbox>().Of<Ping>().Select(p => p.Number).Where(n => n < 5));
        var dead = Assert.Single(await bus.Queues.PeekAsync("one", SqliteQueuePart.DeadLetter));
        Assert.StartsWith("unreadable: ", dead.Reason);
        Assert.Contains(cause, dead.Reason);
    }
}
