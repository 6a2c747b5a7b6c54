namespace MassTransit.SqlTransport.Sqlite.Tests.Specs;

/// <summary>
/// A message that comes again while this process has not ended with it. MassTransit would take it for a duplicate, keep its lock for as
/// long as it may (half a day), and never hand it to the consumer.
/// </summary>
public sealed class Redelivering_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WallClock _clock = new();
    private readonly TaskCompletionSource _gate = new();
    private int _calls, _inHand, _mostInHand;
    private volatile bool _lingering;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_redelivery_that_is_due_before_the_delivery_has_ended_waits_for_its_end()
    {
        await using var bus = await StartAsync(e =>
        {
            // What a program does around its consumers: a filter, an observer, a log that is slow.
            e.ConfigureReceive(pipe => pipe.UseFilter(new Lingering(this)));
            e.UseDelayedRedelivery(r => r.Interval(1, TimeSpan.FromMilliseconds(1)));
        }, () => throw new IOException("not yet"));
        await bus.Bus.Publish(new Ping(1));
        await Wait.Until(() => _lingering, "the first try");
        await Wait.Until(async () => (await bus.Queues.FindAsync("one"))!.InFlight == 1, "the redelivery to be fetched");
        Assert.Equal(1, _calls);
        _gate.SetResult();
        await DoneAsync(bus);
    }

    [Fact]
    public async Task A_message_whose_lock_was_lost_is_not_consumed_beside_itself_but_after()
    {
        await using var bus = await StartAsync(_ => { }, () => _gate.Task);
        await bus.Bus.Publish(new Ping(1));
        await Wait.Until(() => Volatile.Read(ref _calls) == 1, "the first try");
        await LoseLocksAsync(bus);
        Assert.Equal(1, _calls);
        _gate.SetResult();
        await DoneAsync(bus);
    }

    private Task<TestBus> StartAsync(Action<ISqlReceiveEndpointConfigurator> configure, Func<Task> first) =>
        TestBus.StartAsync(_folder.File("q.db"), time: _clock, endpoints: (_, cfg) => cfg.ReceiveEndpoint("one", e =>
        {
            configure(e);
            e.LockDuration = TimeSpan.FromMinutes(5);
            e.Handler<Ping>(async _ =>
            {
                Began();
                try
                {
                    if (Interlocked.Increment(ref _calls) == 1)
                        await first();
                }
                finally
                {
                    Interlocked.Decrement(ref _inHand);
                }
            });
        }));

    /// <summary>
    /// The process was held up past its locks (a laptop's lid, a debugger, a disk that hung), and fetches again what it has in hand.
    /// </summary>
    private async Task LoseLocksAsync(TestBus bus)
    {
        _clock.Pass(TimeSpan.FromHours(1));
        await bus.Queues.PauseAsync("one", "to make its receiver look");
        await bus.Queues.ResumeAsync("one");
        await Wait.Until(async () => (await bus.Queues.PeekAsync("one", SqliteQueuePart.InFlight, 10)) is [_, ..] held
            && held.All(m => m.Due > _clock.GetUtcNow()),
            "its messages to be fetched again");
    }

    private async Task DoneAsync(TestBus bus)
    {
        await Wait.Until(
            async () => (await bus.Queues.FindAsync("one")) is { InFlight: 0, Ready: 0, Scheduled: 0, TotalCompleted: 1 }, "done");
        Assert.Equal((2, 1), (_calls, _mostInHand));
    }

    private void Began()
    {
        var now = Interlocked.Increment(ref _inHand);
        for (var known = Volatile.Read(ref _mostInHand); now > known; known = Volatile.Read(ref _mostInHand))
            Interlocked.CompareExchange(ref _mostInHand, now, known);
    }

    private sealed class Lingering(Redelivering_Specs specs) : IFilter<ReceiveContext>
    {
        public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
        {
            await next.Send(context);
            specs._lingering = true;
            await specs._gate.Task;
        }

        public void Probe(ProbeContext context)
        {
        }
    }
}
