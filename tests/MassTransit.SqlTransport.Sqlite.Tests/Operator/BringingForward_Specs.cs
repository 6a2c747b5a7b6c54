namespace MassTransit.SqlTransport.Sqlite.Tests.Operator;

/// <summary>What is scheduled comes sooner when that is asked for, and never later.</summary>
public sealed class BringingForward_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WallClock _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task At_a_rate_each_comes_in_its_turn_the_next_one_first_and_none_later_than_it_would_have()
    {
        await using var client = await FilledAsync();
        // One every ten minutes, the first at once. The one that is due in a minute keeps its time: its turn would be later.
        Assert.Equal(4, await client.Queues.BringForwardAsync(TransportClient.Queue, limit: 5, perSecond: 1 / 600.0));
        List<int> came = [];
        for (var turn = 0; turn < 5; turn++)
        {
            came.AddRange((await client.FetchAsync(10, TimeSpan.FromDays(9))).Select(m => TransportClient.Number(m.BinaryBody)));
            Assert.Equal(turn, came[^1]);
            _clock.Pass(TimeSpan.FromSeconds(600));
        }

        Assert.Equal([0, 1, 2, 3, 4], came);
        Assert.Equal(1, (await client.Queues.FindAsync(TransportClient.Queue))!.Scheduled);
    }

    [Fact]
    public async Task All_at_once_they_are_ready_with_what_came_meanwhile_left_to_its_time()
    {
        await using var client = await FilledAsync();
        Assert.Equal(6, await client.Queues.BringForwardAsync(TransportClient.Queue));
        await client.SendAsync(6, delay: TimeSpan.FromHours(1));
        Assert.Equal(6, (await client.FetchAsync(10)).Count);
        Assert.Equal(1, (await client.Queues.FindAsync(TransportClient.Queue))!.Scheduled);
        // Those in flight are held, and none is taken from its consumer.
        Assert.Equal(1, await client.Queues.BringForwardAsync(TransportClient.Queue));
        Assert.Equal(6, TransportClient.Number(Assert.Single(await client.FetchAsync(10)).BinaryBody));
    }

    [Fact]
    public async Task More_than_one_write_takes_come_all()
    {
        await using var client = await TransportClient.StartAsync(_folder.File("q.db"), _clock);
        await Task.WhenAll(Enumerable.Range(0, 2300).Select(n => client.SendAsync(n, delay: TimeSpan.FromDays(1))));
        Assert.Equal(2200, await client.Queues.BringForwardAsync(TransportClient.Queue, limit: 2200, perSecond: 0.1));
        _clock.Pass(TimeSpan.FromSeconds(15_000));
        List<SqlTransportMessage> came = [];
        while (await client.FetchAsync(500, TimeSpan.FromDays(9)) is { Count: > 0 } batch)
            came.AddRange(batch);
        Assert.InRange(came.Count, 1500, 1600);
    }

    [Fact]
    public async Task A_wrong_argument_and_a_queue_that_is_not_there_bring_nothing()
    {
        await using var queues = new SqliteQueues(_folder.File("q.db"));
        Assert.Equal(0, await queues.BringForwardAsync("no-such"));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => queues.BringForwardAsync("one", perSecond: 0));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => queues.BringForwardAsync("one", limit: -1));
    }

    // Number 1 is due in a minute, the others in hours.
    private async Task<TransportClient> FilledAsync()
    {
        var client = await TransportClient.StartAsync(_folder.File("q.db"), _clock);
        for (var n = 0; n < 6; n++)
            await client.SendAsync(n, delay: n == 0 ? TimeSpan.FromSeconds(30) : n == 1 ? TimeSpan.FromMinutes(1) : TimeSpan.FromHours(n));
        return client;
    }
}
