namespace MassTransit.SqlTransport.Sqlite.Tests.Specs;

/// <summary>Machines without a clock battery start in 1970 or 2040, and are set right hours later.</summary>
public sealed class Clock_Specs : IDisposable
{
    private static readonly TimeSpan Years = TimeSpan.FromDays(3650);

    // A step is measured by two clocks that are read one after the other; on a busy machine something comes in between.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);
    private readonly TemporaryFolder _folder = new();
    private readonly WallClock _clock = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_held_or_scheduled_while_the_clock_was_years_ahead_comes_at_its_wait(bool restart)
    {
        var client = await StartAsync();
        _clock.Step(Years);
        for (var n = 1; n <= 3; n++)
            await client.SendAsync(n);
        await client.SendAsync(4, delay: TimeSpan.FromMinutes(10));
        Assert.Equal([1, 2], await FetchAsync(client, 2));
        _clock.Step(-Years);
        if (restart)
        {
            client = await RestartAsync(client);
        }
        else
        {
            await Wait.Until(
                async () => (await client.Queues.FindAsync(TransportClient.Queue))!.NextDue < _clock.GetUtcNow() + TimeSpan.FromHours(1),
                "the step to be noticed");
        }

        Assert.Equal(restart ? [1, 2, 3] : [3], await FetchAsync(client, 10));
        _clock.Pass(TimeSpan.FromMinutes(10.5));
        Assert.Equal([1, 2, 3, 4], (await FetchAsync(client, 10)).Order());
        await client.DisposeAsync();
    }

    [Fact]
    public async Task A_clock_years_behind_hides_nothing_that_was_ready_and_a_step_ahead_loses_nothing()
    {
        await using var client = await StartAsync();
        for (var n = 1; n <= 3; n++)
            await client.SendAsync(n);
        _clock.Step(-Years);
        await client.SendAsync(4);
        Assert.Equal([1, 2, 3, 4], await FetchAsync(client, 10));
        _clock.Step(2 * Years);
        // They are held as before, and each lock ends when it would have ended.
        Assert.Empty(await FetchAsync(client, 10));
        _clock.Pass(TimeSpan.FromMinutes(1.5));
        Assert.Equal([1, 2, 3, 4], await FetchAsync(client, 10));
    }

    [Fact]
    public async Task A_step_ahead_ends_no_lock_and_no_life_that_would_not_have_ended()
    {
        await using var client = await StartAsync();
        await client.SendAsync(1);
        var held = Assert.Single(await client.FetchAsync(10, TimeSpan.FromMinutes(1)));
        await client.SendAsync(2, life: TimeSpan.FromHours(1));
        _clock.Step(TimeSpan.FromDays(90)); // the network came, and with it the time
        var fetched = Assert.Single(await client.FetchAsync(10, TimeSpan.FromHours(3)));
        Assert.Equal(2, TransportClient.Number(fetched.BinaryBody));
        Assert.InRange(fetched.ExpirationTime!.Value - _clock.GetUtcNow().UtcDateTime, TimeSpan.FromMinutes(55), TimeSpan.FromMinutes(61));
        Assert.True(await client.RenewAsync(held, TimeSpan.FromMinutes(1)));
        _clock.Pass(TimeSpan.FromMinutes(1.5));
        Assert.Equal([1], await FetchAsync(client, 10));
        // Back again: its life is not three months longer.
        _clock.Step(-TimeSpan.FromDays(90));
        await Wait.Until(async () => (await client.Queues.PeekAsync(TransportClient.Queue, SqliteQueuePart.InFlight))
            .All(m => m.Expires is null || m.Expires < _clock.GetUtcNow() + TimeSpan.FromHours(2)), "the step to be noticed");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(-1, 3)]
    [InlineData(3, -1, -3)]
    public async Task A_delay_is_as_long_as_it_was_to_be_however_the_clock_is_set_meanwhile(params int[] hours)
    {
        await using var client = await StartAsync();
        await client.SendAsync(1, delay: TimeSpan.FromHours(8));
        foreach (var step in hours)
        {
            _clock.Pass(TimeSpan.FromHours(2));
            Assert.Empty(await client.FetchAsync(10));
            _clock.Step(TimeSpan.FromHours(step));
            Assert.Empty(await client.FetchAsync(10));
        }

        _clock.Pass(TimeSpan.FromHours(8 - 2 * hours.Length) - TimeSpan.FromMinutes(1));
        Assert.Empty(await client.FetchAsync(10));
        _clock.Pass(TimeSpan.FromMinutes(1) + Tolerance);
        Assert.Equal([1], await FetchAsync(client, 10));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public async Task Processes_that_see_the_same_step_move_a_delay_once(int hours)
    {
        var other = _folder.File("other.db"); // the same file by another name: opened as by another process
        await using var client = await StartAsync();
        File.CreateSymbolicLink(other, _folder.File("q.db"));
        await using var queues = new SqliteQueues(other, _clock);
        await client.SendAsync(1, delay: TimeSpan.FromHours(8));
        Assert.False(await queues.ResumeAsync(TransportClient.Queue));
        _clock.Pass(TimeSpan.FromHours(4));
        Assert.False(await queues.ResumeAsync(TransportClient.Queue));
        Assert.Empty(await client.FetchAsync(10));
        _clock.Step(TimeSpan.FromHours(hours));
        Assert.Empty(await client.FetchAsync(10));
        Assert.False(await queues.ResumeAsync(TransportClient.Queue));
        _clock.Pass(TimeSpan.FromHours(4) - TimeSpan.FromMinutes(1));
        Assert.Empty(await client.FetchAsync(10));
        _clock.Pass(TimeSpan.FromMinutes(1) + Tolerance);
        Assert.Equal([1], await FetchAsync(client, 10));
    }

    [Fact]
    public async Task A_receiver_that_waits_for_what_is_scheduled_is_not_kept_by_a_clock_that_is_set_back()
    {
        var received = new TaskCompletionSource();
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), time: _clock,
            sqlite: host => host.MaintenanceInterval = TimeSpan.FromHours(1), endpoints: (_, cfg) =>
                cfg.ReceiveEndpoint("one", e =>
                {
                    e.PollingInterval = TimeSpan.FromHours(1);
                    e.Handler<Ping>(_ =>
                    {
                        received.SetResult();
                        return Task.CompletedTask;
                    });
                }));
        await (await bus.EndpointOf("one")).Send(new Ping(1), context => context.Delay = TimeSpan.FromSeconds(2));
        _clock.Step(-TimeSpan.FromHours(1));
        await received.Task.WaitAsync(Wait.Bound, TimeProvider.System);
    }

    [Fact]
    public async Task A_pause_of_a_wrong_clock_ends_after_its_time()
    {
        var client = await StartAsync();
        _clock.Step(Years);
        await client.SendAsync(1);
        await client.Queues.PauseAsync(TransportClient.Queue, "Retry-After", _clock.GetUtcNow() + TimeSpan.FromMinutes(5));
        _clock.Step(-Years);
        client = await RestartAsync(client);
        Assert.Empty(await FetchAsync(client, 10));
        _clock.Pass(TimeSpan.FromMinutes(5.5));
        Assert.Equal([1], await FetchAsync(client, 10));
        await client.DisposeAsync();
    }

    private Task<TransportClient> StartAsync() => TransportClient.StartAsync(_folder.File("q.db"), _clock);

    private async Task<TransportClient> RestartAsync(TransportClient client)
    {
        await client.DisposeAsync();
        return await StartAsync();
    }

    private static async Task<List<int>> FetchAsync(TransportClient client, int limit) =>
        [.. (await client.FetchAsync(limit)).Select(m => TransportClient.Number(m.BinaryBody))];
}
