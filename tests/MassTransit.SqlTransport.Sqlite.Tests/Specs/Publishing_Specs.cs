using Microsoft.Extensions.DependencyInjection;

namespace MassTransit.SqlTransport.Sqlite.Tests.Specs;

public sealed class Publishing_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_subscribed_queue_gets_a_copy()
    {
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (context, cfg) =>
        {
            var inbox = context.GetRequiredService<Inbox>();
            cfg.ReceiveEndpoint("one", e => e.Handler<Ping>(m => Add(inbox, "one", m)));
            cfg.ReceiveEndpoint("two", e => e.Handler<Ping>(m => Add(inbox, "two", m)));
        });
        await bus.Bus.Publish(new Ping(1));
        var inbox = bus.Services.GetRequiredService<Inbox>();
        await Wait.Until(() => inbox.Of<string>().Order().SequenceEqual(["one 1", "two 1"]), "both queues");
        await Wait.Until(async () => (await bus.Queues.ListAsync()).All(q => q.InFlight == 0 && q.Ready == 0), "acknowledged");
    }

    [Fact]
    public async Task A_message_nobody_subscribed_to_is_dropped()
    {
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"));
        await bus.Bus.Publish(new Ping(1));
        Assert.All(await bus.Queues.ListAsync(), q => Assert.Equal(0, q.TotalEnqueued));
    }

    [Fact]
    public async Task Routing_keys_and_patterns_choose_the_queues()
    {
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (context, cfg) =>
        {
            var inbox = context.GetRequiredService<Inbox>();
            void Endpoint(string queue, SqlSubscriptionType type, string? key) => cfg.ReceiveEndpoint(queue, e =>
            {
                e.ConfigureConsumeTopology = false;
                e.Subscribe<Ping>(s =>
                {
                    s.SubscriptionType = type;
                    s.RoutingKey = key;
                });
                e.Handler<Ping>(m => Add(inbox, queue, m));
            });
            Endpoint("all", SqlSubscriptionType.All, null);
            Endpoint("light", SqlSubscriptionType.RoutingKey, "light");
            Endpoint("l-something", SqlSubscriptionType.Pattern, "^l.*t$");
        });
        await bus.Bus.Publish(new Ping(1), c => c.SetRoutingKey("light"));
        await bus.Bus.Publish(new Ping(2), c => c.SetRoutingKey("lost"));
        await bus.Bus.Publish(new Ping(3));
        var inbox = bus.Services.GetRequiredService<Inbox>();
        string[] expected = ["all 1", "all 2", "all 3", "l-something 1", "l-something 2", "light 1"];
        await Wait.Until(() => inbox.Of<string>().Order(StringComparer.Ordinal).SequenceEqual(expected), "the right queues");
    }

    [Fact]
    public async Task Interfaces_travel_from_topic_to_topic()
    {
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (context, cfg) =>
        {
            var inbox = context.GetRequiredService<Inbox>();
            cfg.ReceiveEndpoint("base", e => e.Handler<INumbered>(m =>
            {
                inbox.Add($"base {m.Message.Number}");
                return Task.CompletedTask;
            }));
        });
        await bus.Bus.Publish(new Numbered(7));
        var inbox = bus.Services.GetRequiredService<Inbox>();
        await Wait.Until(() => inbox.Of<string>().SequenceEqual(["base 7"]), "the message by its interface");
    }

    [Fact]
    public async Task A_queue_can_listen_to_a_topic_by_its_name_and_a_topic_be_sent_to_by_its_address()
    {
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (context, cfg) =>
        {
            var inbox = context.GetRequiredService<Inbox>();
            cfg.ReceiveEndpoint("one", e =>
            {
                e.ConfigureConsumeTopology = false;
                e.Subscribe("weather", s =>
                {
                    s.SubscriptionType = SqlSubscriptionType.RoutingKey;
                    s.RoutingKey = "clouds";
                });
                e.Handler<Ping>(m => Add(inbox, "one", m));
            });
        });
        var topic = await bus.Bus.GetSendEndpoint(new Uri("topic:weather"));
        await topic.Send(new Ping(1), c => c.SetRoutingKey("wind"));
        await topic.Send(new Ping(2), c => c.SetRoutingKey("clouds"));
        var inbox = bus.Services.GetRequiredService<Inbox>();
        await Wait.Until(() => inbox.Of<string>().SequenceEqual(["one 2"]), "the clouds");
    }

    [Fact]
    public async Task Headers_and_identifiers_arrive_as_they_were_sent()
    {
        var (correlation, initiator) = (NewId.NextGuid(), NewId.NextGuid());
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (context, cfg) =>
        {
            var inbox = context.GetRequiredService<Inbox>();
            cfg.ReceiveEndpoint("one", e => e.Handler<Ping>(m =>
            {
                inbox.Add((m.CorrelationId, m.InitiatorId, m.Headers.Get<string>("Night"), m.Headers.Get<int>("Frames"),
                    m.Message.Text, m.SourceAddress?.Scheme));
                return Task.CompletedTask;
            }));
        });
        await bus.Bus.Publish(new Ping(1, "äöü 望遠鏡 \0 end"), c =>
        {
            c.CorrelationId = correlation;
            c.InitiatorId = initiator;
            c.Headers.Set("Night", "2026-11-21");
            c.Headers.Set("Frames", 42);
        });
        var inbox = bus.Services.GetRequiredService<Inbox>();
        await Wait.Until(() => inbox.Of<object>().Count == 1, "the message");
        Assert.Equal(((Guid?)correlation, (Guid?)initiator, "2026-11-21", (int?)42, "äöü 望遠鏡 \0 end", "db"),
            ((Guid?, Guid?, string, int?, string, string))inbox.Of<object>()[0]);
    }

    private static Task Add(Inbox inbox, string queue, ConsumeContext<Ping> message)
    {
        inbox.Add($"{queue} {message.Message.Number}");
        return Task.CompletedTask;
    }

    public interface INumbered
    {
        int Number { get; }
    }

    public sealed record Numbered(int Number) : INumbered;
}
