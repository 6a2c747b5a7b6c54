using Microsoft.Extensions.DependencyInjection;

namespace MassTransit.SqlTransport.Sqlite.Tests.Specs;

public sealed class RoutingSlip_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_routing_slip_goes_from_queue_to_queue_and_is_compensated_when_a_later_step_fails(bool fail)
    {
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), register: x =>
        {
            x.AddActivity<Expose, Arguments, Arguments>();
            x.AddExecuteActivity<Publish, Arguments>();
        });
        var slip = new RoutingSlipBuilder(NewId.NextGuid());
        slip.AddActivity("expose", new Uri("queue:Expose_execute"), new { Number = 1, Fail = false });
        slip.AddActivity("publish", new Uri("queue:Publish_execute"), new { Number = 2, Fail = fail });
        await bus.Bus.Execute(slip.Build());
        var inbox = bus.Services.GetRequiredService<Inbox>();
        string[] expected = fail ? ["exposed 1", "compensated 1"] : ["exposed 1", "published 2"];
        await Wait.Until(() => inbox.Of<string>().Count == 2, "both");
        Assert.Equal(expected, inbox.Of<string>());
    }

    public sealed record Arguments
    {
        public int Number { get; init; }
        public bool Fail { get; init; }
    }

    internal sealed class Expose(Inbox inbox) : IActivity<Arguments, Arguments>
    {
        public Task<ExecutionResult> Execute(ExecuteContext<Arguments> context)
        {
            inbox.Add($"exposed {context.Arguments.Number}");
            return Task.FromResult(context.Completed(context.Arguments));
        }

        public Task<CompensationResult> Compensate(CompensateContext<Arguments> context)
        {
            inbox.Add($"compensated {context.Log.Number}");
            return Task.FromResult(context.Compensated());
        }
    }

    internal sealed class Publish(Inbox inbox) : IExecuteActivity<Arguments>
    {
        public Task<ExecutionResult> Execute(ExecuteContext<Arguments> context)
        {
            if (context.Arguments.Fail)
                throw new InvalidDataException("no network");
            inbox.Add($"published {context.Arguments.Number}");
            return Task.FromResult(context.Completed());
        }
    }
}
