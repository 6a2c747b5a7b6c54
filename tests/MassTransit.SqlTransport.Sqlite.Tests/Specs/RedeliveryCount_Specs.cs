using System.Net.Mime;
using MassTransit.Courier.Contracts;
using MassTransit.Serialization;
using Microsoft.Extensions.DependencyInjection;

namespace MassTransit.SqlTransport.Sqlite.Tests.Specs;

/// <summary>Redelivery ends as it was configured, whatever the messages are written with and however the bus is made.</summary>
public sealed class RedeliveryCount_Specs : IDisposable
{
    private const int Redeliveries = 2;
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(5);
    private static readonly int[] Counted = [.. Enumerable.Range(0, Redeliveries + 1)];

    private readonly TemporaryFolder _folder = new();
    private readonly Inbox _counts = new();

    public void Dispose() => _folder.Dispose();

    public enum Serializer
    {
        OfTheContainer,
        RawJson,
        Json,
        Opaque,
    }

    public enum Way
    {
        Delayed,
        Scheduled,
        ByTheConsumer,
    }

    public static IEnumerable<object[]> All =>
        from serializer in Enum.GetValues<Serializer>() from way in Enum.GetValues<Way>() select new object[] { serializer, way };

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_consumer_that_always_fails_is_redelivered_as_often_as_configured(Serializer serializer, Way way)
    {
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (_, cfg) =>
        {
            Use(cfg, serializer);
            cfg.ReceiveEndpoint("one", e =>
            {
                Use(e, way);
                e.Handler<Ping>(m => FailAsync(m, way));
            });
        });
        await bus.Bus.Publish(new Ping(1));
        await FailedAsync(bus.Queues);
    }

    [Fact]
    public async Task So_is_one_of_a_bus_that_is_made_without_a_container()
    {
        var path = _folder.File("q.db");
        var bus = SqlBusFactory.Create(cfg =>
        {
            cfg.UseSqlite(path);
            cfg.ReceiveEndpoint("one", e =>
            {
                Use(e, Way.Delayed);
                e.Handler<Ping>(m => FailAsync(m, Way.Delayed));
            });
        });
        await bus.StartAsync();
        try
        {
            await bus.Publish(new Ping(1));
            await using var queues = new SqliteQueues(path);
            await FailedAsync(queues);
        }
        finally
        {
            await bus.StopAsync();
        }
    }

    [Fact]
    public async Task So_is_an_activity_of_a_routing_slip()
    {
        var faulted = new TaskCompletionSource();
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (_, cfg) =>
        {
            cfg.ReceiveEndpoint("one", e =>
            {
                Use(e, Way.Delayed);
                e.ExecuteActivityHost<Failing, Arguments>(() => new Failing(this));
            });
            cfg.ReceiveEndpoint("told", e => e.Handler<RoutingSlipFaulted>(_ =>
            {
                faulted.TrySetResult();
                return Task.CompletedTask;
            }));
        });
        var slip = new RoutingSlipBuilder(NewId.NextGuid());
        slip.AddActivity("failing", new Uri("queue:one"), new { Number = 1 });
        await bus.Bus.Execute(slip.Build());
        await faulted.Task.WaitAsync(Wait.Bound, TimeProvider.System);
        Assert.Equal(Counted, _counts.Of<int>());
    }

    [Fact]
    public async Task So_is_a_saga()
    {
        var specs = this;
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (_, cfg) =>
        {
            cfg.UseJsonSerializer();
            cfg.ReceiveEndpoint("one", e =>
            {
                Use(e, Way.Delayed);
                e.Saga(new InMemorySagaRepository<FailingSaga>(),
                    s => s.UseExecute(context => specs._counts.Add(context.GetRedeliveryCount())));
            });
        });
        await bus.Bus.Publish(new Tracked(NewId.NextGuid(), 1));
        await FailedAsync(bus.Queues);
    }

    [Fact]
    public async Task What_is_sent_back_by_an_operator_is_redelivered_as_often_again()
    {
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (_, cfg) =>
        {
            cfg.UseJsonSerializer();
            cfg.ReceiveEndpoint("one", e =>
            {
                Use(e, Way.Delayed);
                e.Handler<Ping>(m => FailAsync(m, Way.Delayed));
            });
        });
        await bus.Bus.Publish(new Ping(1));
        await FailedAsync(bus.Queues);
        Assert.Equal(1, await bus.Queues.RequeueAsync("one", SqliteQueuePart.Error));
        await Wait.Until(async () => await bus.Queues.FindAsync("one") is { Error: 1 }, "the error again");
        Assert.Equal([.. Counted, .. Counted], _counts.Of<int>());
    }

    private Task FailAsync(ConsumeContext<Ping> context, Way way)
    {
        _counts.Add(context.GetRedeliveryCount());
        Assert.Equal(context.GetRedeliveryCount(), context.Headers.Get<short>(MessageHeaders.RedeliveryCount) ?? 0);
        return way is Way.ByTheConsumer && context.GetRedeliveryCount() < Redeliveries
            ? context.Redeliver(Soon)
            : throw new IOException("not yet");
    }

    private async Task FailedAsync(ISqliteQueues queues)
    {
        await Wait.Until(async () => await queues.FindAsync("one") is { Error: 1, Ready: 0, InFlight: 0, Scheduled: 0 }, "the error");
        Assert.Equal(Counted, _counts.Of<int>());
    }

    private static void Use(IBusFactoryConfigurator bus, Serializer serializer)
    {
        switch (serializer)
        {
            case Serializer.RawJson:
                bus.UseRawJsonSerializer();
                break;
            case Serializer.Json:
                bus.UseJsonSerializer();
                break;
            case Serializer.Opaque:
                var opaque = new Opaque();
                bus.ClearSerialization();
                bus.AddSerializer(opaque);
                bus.AddDeserializer(opaque, isDefault: true);
                break;
        }
    }

    private static void Use(IReceiveEndpointConfigurator endpoint, Way way)
    {
        if (way is Way.Delayed)
            endpoint.UseDelayedRedelivery(r => r.Interval(Redeliveries, Soon));
        else if (way is Way.Scheduled)
            endpoint.UseScheduledRedelivery(r => r.Interval(Redeliveries, Soon));
    }

    public sealed record Arguments
    {
        public int Number { get; init; }
    }

    public sealed class Failing(RedeliveryCount_Specs specs) : IExecuteActivity<Arguments>
    {
        public Task<ExecutionResult> Execute(ExecuteContext<Arguments> context)
        {
            specs._counts.Add(context.GetRedeliveryCount());
            throw new IOException("not yet");
        }
    }

    public sealed class FailingSaga : ISaga, InitiatedBy<Tracked>
    {
        public Guid CorrelationId { get; set; }

        public Task Consume(ConsumeContext<Tracked> context) => throw new IOException("not yet");
    }

    /// <summary>As an encrypted message is: nothing but its serializer can look into it.</summary>
    private sealed class Opaque : ISerializerFactory, IMessageSerializer, IMessageDeserializer
    {
        private static readonly SystemTextJsonMessageSerializer Inner = SystemTextJsonMessageSerializer.Instance;

        public ContentType ContentType { get; } = new("application/vnd.opaque");

        public IMessageSerializer CreateSerializer() => this;

        public IMessageDeserializer CreateDeserializer() => this;

        public MessageBody GetMessageBody<T>(SendContext<T> context)
            where T : class => new BytesMessageBody(Turned(Inner.GetMessageBody(context)));

        public ConsumeContext Deserialize(ReceiveContext receiveContext) =>
            new BodyConsumeContext(receiveContext,
                Deserialize(receiveContext.Body, receiveContext.TransportHeaders, receiveContext.InputAddress));

        public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) =>
            Inner.Deserialize(new BytesMessageBody(Turned(body)), headers, destinationAddress);

        public MessageBody GetMessageBody(string text) => Inner.GetMessageBody(text);

        public void Probe(ProbeContext context)
        {
        }

        private static byte[] Turned(MessageBody body) => [.. body.GetBytes().Select(b => (byte)~b)];
    }
}
