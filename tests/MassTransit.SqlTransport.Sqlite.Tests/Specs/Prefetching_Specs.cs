namespace MassTransit.SqlTransport.Sqlite.Tests.Specs;

/// <summary>
/// How many messages of a queue with a backlog are in hand at once: <c>PrefetchCount</c>, whether consumers are quick or slow.
/// </summary>
public sealed class Prefetching_Specs : IDisposable
{
    private const int Places = 32, Messages = 400;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Slow_consumers_get_every_place_and_quick_ones_no_more()
    {
        var (inHand, most, done) = (0, 0, 0);
        var gate = new TaskCompletionSource();
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (_, cfg) => cfg.ReceiveEndpoint("one", e =>
        {
            e.PrefetchCount = Places;
            e.Handler<Ping>(async _ =>
            {
                var now = Interlocked.Increment(ref inHand);
                InterlockedMax(ref most, now);
                await gate.Task;
                Interlocked.Decrement(ref inHand);
                Interlocked.Increment(ref done);
            });
        }));
        await Task.WhenAll(Enumerable.Range(0, Messages).Select(n => bus.Bus.Publish(new Ping(n))));
        await Wait.Until(() => Volatile.Read(ref inHand) == Places, "every place to be taken");
        var info = await bus.Queues.FindAsync("one");
        Assert.Equal((Places, Messages - Places), (info!.InFlight, info.Ready));
        gate.SetResult();
        await Wait.Until(async () => (await bus.Queues.FindAsync("one"))!.TotalCompleted == Messages, "all of it");
        Assert.Equal((Places, Messages), (most, done));
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var known = Volatile.Read(ref most); value > known; known = Volatile.Read(ref most))
            Interlocked.CompareExchange(ref most, value, known);
    }
}
