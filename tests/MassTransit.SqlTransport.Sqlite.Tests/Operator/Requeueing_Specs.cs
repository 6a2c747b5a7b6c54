namespace MassTransit.SqlTransport.Sqlite.Tests.Operator;

public sealed class Requeueing_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Dead_letters_go_back_at_a_rate_oldest_first_with_a_fresh_count()
    {
        var clock = new WallClock();
        await using var client = await TransportClient.StartAsync(_folder.File("q.db"), clock, maxDeliveryCount: 1);
        for (var n = 0; n < 10; n++)
            await client.SendAsync(n);
        foreach (var message in await client.FetchAsync(10))
            await client.UnlockAsync(message, TimeSpan.Zero);
        Assert.Equal(10, (await client.Queues.FindAsync(TransportClient.Queue))!.DeadLetter);

        // One every ten minutes, the first at once.
        Assert.Equal(7,
            await client.Queues.RequeueAsync(TransportClient.Queue, SqliteQueuePart.DeadLetter, limit: 7, perSecond: 1 / 600.0));
        var info = (await client.Queues.FindAsync(TransportClient.Queue))!;
        Assert.Equal((1, 6, 3), (info.Ready, info.Scheduled, info.DeadLetter));
        for (var n = 0; n < 7; n++)
        {
            var back = Assert.Single(await client.FetchAsync(10, TimeSpan.FromDays(1)));
            Assert.Equal((n, 1), (TransportClient.Number(back.BinaryBody), back.DeliveryCount));
            clock.Pass(TimeSpan.FromSeconds(600));
        }

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => client.Queues.RequeueAsync(TransportClient.Queue, SqliteQueuePart.DeadLetter, perSecond: 0));
        await Assert.ThrowsAsync<ArgumentException>(() => client.Queues.RequeueAsync(TransportClient.Queue, SqliteQueuePart.Ready));
    }
}
