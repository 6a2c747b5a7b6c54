using Microsoft.Extensions.DependencyInjection;

namespace MassTransit.SqlTransport.Sqlite.Tests.Specs;

public sealed class Saga_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_saga_keeps_its_state_between_messages_and_its_schedule_waits_in_the_queue()
    {
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), register: x =>
        {
            x.AddSagaStateMachine<NightMachine, Night>().InMemoryRepository();
            x.AddConsumer<Listener>();
        });
        var id = NewId.NextGuid();
        for (var n = 1; n <= 3; n++)
            await bus.Bus.Publish(new Tracked(id, n));
        var inbox = bus.Services.GetRequiredService<Inbox>();
        await Wait.Until(() => inbox.Of<Closed>().Count == 1, "the end of the night, which the saga scheduled");
        Assert.Equal(3, inbox.Of<Closed>().Single().Frames);
        Assert.All(await bus.Queues.ListAsync(), q => Assert.Equal(0, q.Scheduled));
    }

    public sealed record CloseNight(Guid CorrelationId) : CorrelatedBy<Guid>;

    public sealed record Closed(int Frames);

    internal sealed class Night : SagaStateMachineInstance
    {
        public Guid CorrelationId { get; set; }
        public string CurrentState { get; set; } = "";
        public int Frames { get; set; }
        public Guid? CloseToken { get; set; }
    }

    internal sealed class NightMachine : MassTransitStateMachine<Night>
    {
        public NightMachine()
        {
            InstanceState(x => x.CurrentState);
            Schedule(() => Close, x => x.CloseToken, x => x.Delay = TimeSpan.FromHours(1));
            // Each frame puts off the end: the earlier schedule is cancelled. The last is followed by it soon.
            Initially(When(Frame).Then(c => c.Saga.Frames++).Schedule(Close, c => new CloseNight(c.Saga.CorrelationId)).TransitionTo(Open));
            During(Open,
                When(Frame).Then(c => c.Saga.Frames++).If(c => c.Saga.Frames < 3, x => x.Unschedule(Close))
                    .If(c => c.Saga.Frames == 3,
                        x => x.Schedule(Close, c => new CloseNight(c.Saga.CorrelationId), _ => TimeSpan.FromMilliseconds(200))),
                When(Close.Received).Publish(c => new Closed(c.Saga.Frames)).Finalize());
        }

        public State Open { get; set; } = null!;
        public Event<Tracked> Frame { get; set; } = null!;
        public Schedule<Night, CloseNight> Close { get; set; } = null!;
    }

    internal sealed class Listener(Inbox inbox) : IConsumer<Closed>
    {
        public Task Consume(ConsumeContext<Closed> context)
        {
            inbox.Add(context.Message);
            return Task.CompletedTask;
        }
    }
}
