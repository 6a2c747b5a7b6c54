using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Tests.Operator;

/// <summary>What is where and how fast it moves, for programs and for people with a SQL shell.</summary>
public sealed class Counting_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WallClock _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_message_is_counted_where_it_is_and_deleted_from_there()
    {
        await using var client = await FilledAsync();
        var queues = client.Queues;
        var info = (await queues.FindAsync(TransportClient.Queue))!;
        Assert.Equal((3, 2, 1, 0, 1), (info.Ready, info.InFlight, info.Scheduled, info.Error, info.DeadLetter));
        Assert.Equal((7, 0, 1, 1), (info.TotalEnqueued, info.TotalCompleted, info.TotalFailed, info.MaxDeliveryCount));
        Assert.InRange(info.OldestAge!.Value, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(6));
        Assert.InRange(info.NextDue!.Value - _clock.GetUtcNow(), TimeSpan.FromMinutes(54), TimeSpan.FromMinutes(55));
        Assert.Null(await queues.FindAsync("other"));

        SqliteQueuePart[] parts = [SqliteQueuePart.Ready, SqliteQueuePart.InFlight, SqliteQueuePart.Scheduled, SqliteQueuePart.DeadLetter];
        foreach (var (part, count) in parts.Zip([3, 2, 1, 1]))
        {
            Assert.Equal(count, (await queues.PeekAsync(TransportClient.Queue, part)).Count);
            Assert.Equal(count, await queues.PurgeAsync(TransportClient.Queue, part));
            Assert.Equal(0, await queues.PurgeAsync(TransportClient.Queue, part));
        }

        info = (await queues.FindAsync(TransportClient.Queue))!;
        Assert.Equal((0, 0, 0, 0), (info.Ready, info.InFlight, info.Scheduled, info.DeadLetter));
        Assert.Equal("0", await ShellAsync("SELECT count(*) FROM message"));
    }

    [Fact]
    public async Task Messages_are_paged_in_the_order_of_their_delivery()
    {
        await using var client = await TransportClient.StartAsync(_folder.File("q.db"));
        for (var n = 0; n < 7; n++)
            await client.SendAsync(n, priority: (short)(n % 2));
        List<int> seen = [];
        for (var offset = 0; offset < 7; offset += 3)
        {
            var page = await client.Queues.PeekAsync(TransportClient.Queue, SqliteQueuePart.Ready, limit: 3, offset);
            seen.AddRange(page.Select(m => TransportClient.Number(m.Body.Span)));
        }

        Assert.Equal([0, 2, 4, 6, 1, 3, 5], seen);
        Assert.Equal(seen, (await client.FetchAsync(10)).Select(m => TransportClient.Number(m.BinaryBody)));
    }

    [Fact]
    public async Task Rates_are_those_of_the_last_minute_and_fall_to_zero()
    {
        await using var client = await TransportClient.StartAsync(_folder.File("q.db"), _clock);
        // Ten a minute, for three minutes.
        var began = _clock.GetUtcNow();
        for (var n = 0; n < 30; n++)
        {
            await client.SendAsync(n);
            await client.CompleteAsync(Assert.Single(await client.FetchAsync(1)));
            await SampledAsync();
            _clock.Pass(began + (n + 1) * TimeSpan.FromSeconds(6) - _clock.GetUtcNow());
        }

        var info = (await client.Queues.FindAsync(TransportClient.Queue))!;
        Assert.InRange(info.EnqueuedPerMinute, 8.5, 11.5);
        Assert.InRange(info.CompletedPerMinute, 8.5, 11.5);
        Assert.Equal(0, info.FailedPerMinute);
        _clock.Pass(TimeSpan.FromSeconds(30));
        Assert.InRange((await client.Queues.FindAsync(TransportClient.Queue))!.EnqueuedPerMinute, 3.5, 6.5);
        _clock.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(0, (await client.Queues.FindAsync(TransportClient.Queue))!.EnqueuedPerMinute);
        // What is older than the window is not kept; on a slow machine they are half an interval apart.
        Assert.InRange(
            int.Parse(await ShellAsync("SELECT count(*) FROM queue_sample"), System.Globalization.CultureInfo.InvariantCulture), 1, 31);
    }

    [Fact]
    public async Task A_sql_shell_sees_the_same()
    {
        await using var client = await FilledAsync();
        await client.Queues.PauseAsync(TransportClient.Queue, "token expired");
        Assert.Equal($"{TransportClient.Queue}|3|2|1|0|0|1|token expired", await ShellAsync("""
            SELECT name || '|' || ready || '|' || in_flight || '|' || scheduled || '|' || error || '|' || skipped || '|' || dead_letter || '|' || pause_reason
            FROM queue_overview WHERE name = 'stepped'
            """));
        Assert.Equal("7.0|0.0|1.0", await ShellAsync(
            "SELECT enqueued_per_minute || '|' || completed_per_minute || '|' || failed_per_minute FROM queue_overview WHERE name = "
                + "'stepped'"));
        Assert.Equal("dead_letter:1,in_flight:2,ready:3,scheduled:1", await ShellAsync("""
            SELECT group_concat(part || ':' || n) FROM (SELECT part, count(*) AS n FROM queue_message WHERE queue = 'stepped' GROUP BY part ORDER BY part)
            """));
        Assert.Equal("delivery limit",
            await ShellAsync("SELECT reason FROM queue_message WHERE part = 'dead_letter' AND body LIKE '%\"number\": 1%'"));
    }

    // Five minutes old: three ready, two in flight, one scheduled, one dead.
    private async Task<TransportClient> FilledAsync()
    {
        var client = await TransportClient.StartAsync(_folder.File("q.db"), _clock, maxDeliveryCount: 1);
        await client.SendAsync(1);
        await client.UnlockAsync(Assert.Single(await client.FetchAsync(1)), TimeSpan.Zero);
        for (var n = 2; n <= 6; n++)
            await client.SendAsync(n);
        await client.SendAsync(7, delay: TimeSpan.FromHours(1));
        await client.FetchAsync(2, TimeSpan.FromHours(2));
        _clock.Pass(TimeSpan.FromMinutes(5));
        return client;
    }

    // Maintenance notes the totals in its own time.
    private async Task SampledAsync()
    {
        const string Behind = """
            SELECT count(*) FROM queue q WHERE q.name = 'stepped' AND q.kind = 1
              AND q.completed <> (SELECT s.completed FROM queue_sample s WHERE s.queue_id = q.id ORDER BY taken DESC LIMIT 1)
            """;
        await Wait.Until(
            async () => await ShellAsync(Behind) == "0" && await ShellAsync("SELECT count(*) > 0 FROM queue_sample") == "1", "a sample");
    }

    private async Task<string> ShellAsync(string sql)
    {
        await using var file = await SqliteFile.OpenAsync(new() { Path = _folder.File("q.db") }, TimeProvider.System, default);
        return await file.ReadAsync(connection =>
        {
            var read = connection.Statement(sql);
            Assert.True(read.Step(), sql);
            var text = read.Text(0)!;
            read.Reset();
            return text;
        }, default);
    }
}
