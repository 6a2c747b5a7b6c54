using System.Net.Mime;
using Microsoft.Extensions.DependencyInjection;

namespace MassTransit.SqlTransport.Sqlite.Tests.Specs;

/// <summary>What publishers make of other people's code: it fits, is made to fit, or is refused where it is sent.</summary>
public sealed class OddMessage_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<TimeSpan> Spans =>
    [
        TimeSpan.MinValue, TimeSpan.MaxValue, TimeSpan.Zero, TimeSpan.FromTicks(-1),
        default(DateTime) - new DateTime(2026, 11, 21, 23, 0, 0, DateTimeKind.Local), TimeSpan.FromDays(365 * 9000),
    ];

    [Theory]
    [MemberData(nameof(Spans))]
    public async Task Any_time_to_live_and_any_delay_can_be_sent(TimeSpan span)
    {
        await using var bus = await StartAsync(deadLetterExpired: true);
        await bus.Bus.Publish(new Ping(1), c => c.TimeToLive = span);
        await bus.Bus.Publish(new Ping(2), c => c.Delay = span);
        await bus.Bus.Publish(new Ping(3), c => (c.Delay, c.TimeToLive) = (span, span));
        await bus.Bus.Publish(new Ping(4));
        var forward = span > TimeSpan.Zero;
        await Wait.Until(async () => await bus.Queues.FindAsync("one") is { Ready: 0, InFlight: 0 } info && info.TotalCompleted >= 2,
            "what is due to be done");
        var info = (await bus.Queues.FindAsync("one"))!;
        Assert.Equal((forward ? 2 : 0, forward ? 0 : 2, 0), (info.Scheduled, info.DeadLetter, info.Error));
        Assert.All(await bus.Queues.PeekAsync("one", SqliteQueuePart.DeadLetter), m => Assert.Equal("expired", m.Reason));
        Assert.All(await bus.Queues.PeekAsync("one", SqliteQueuePart.Scheduled), m => Assert.Null(m.Unreadable));
        Assert.Equal(forward ? [1, 4] : [2, 4], bus.Services.GetRequiredService<Inbox>().Of<Ping>().Select(p => p.Number).Order());
    }

    // Not in an attribute, which would hold it as UTF-8.
    public static TheoryData<string, string> Strings => new()
    {
        { "night\0two", "night\0two" },
        { "half \ud83d of a star", "half \ufffd of a star" },
        { "", "" },
    };

    [Theory]
    [MemberData(nameof(Strings))]
    public async Task Any_string_arrives_in_keys_headers_and_body(string sent, string arrived)
    {
        await using var bus = await StartAsync();
        await bus.Bus.Publish(new Ping(1, sent), c =>
        {
            c.SetPartitionKey(sent);
            c.SetRoutingKey(sent);
            c.Headers.Set("Night", sent);
            c.Headers.Set($"Night {sent}", "seen");
        });
        var inbox = bus.Services.GetRequiredService<Inbox>();
        await Wait.Until(() => inbox.Of<string[]>().Count == 1, "the message");
        Assert.Equal([arrived, arrived, arrived, "seen", arrived], inbox.Of<string[]>()[0]);
    }

    [Fact]
    public async Task Long_keys_and_bodies_without_a_byte_arrive()
    {
        var key = new string('k', 1 << 20);
        await using var bus = await StartAsync();
        await bus.Bus.Publish(new Ping(1), c => c.SetPartitionKey(key));
        await bus.Bus.Publish(new Ping(2), c => c.Serializer = new Nothing());
        var inbox = bus.Services.GetRequiredService<Inbox>();
        await Wait.Until(() => inbox.Of<Ping>().Count == 2, "both");
        Assert.Equal([0, 1], inbox.Of<Ping>().Select(p => p.Number).Order());
    }

    [Fact]
    public async Task What_nobody_could_read_is_refused_where_it_is_sent()
    {
        await using var bus = await StartAsync();
        var address = await Assert.ThrowsAsync<MessageException>(
            () => bus.Bus.Publish(new Ping(1), c => c.ResponseAddress = new Uri("reply", UriKind.Relative)));
        Assert.Contains("queue:reply", address.Message);
        List<object> circle = [];
        circle.Add(circle);
        var headers = await Assert.ThrowsAsync<MessageException>(() => bus.Bus.Publish(new Ping(2), c => c.Headers.Set("Circle", circle)));
        Assert.Equal(typeof(Ping), headers.MessageType);
        await Assert.ThrowsAsync<MessageException>(() => bus.Bus.Publish(new Ping(3), c => c.Headers.Set("Size", double.NaN)));
        await bus.Bus.Publish(new Ping(4));
        await Wait.Until(async () => await bus.Queues.FindAsync("one") is { TotalEnqueued: 1, TotalCompleted: 1 },
            "the one that is in order");
    }

    private Task<TestBus> StartAsync(bool deadLetterExpired = false) =>
        TestBus.StartAsync(_folder.File("q.db"), endpoints: (context, cfg) =>
        {
            var inbox = context.GetRequiredService<Inbox>();
            cfg.ReceiveEndpoint("one", e =>
            {
                e.DeadLetterExpiredMessages = deadLetterExpired;
                e.Handler<Ping>(m =>
                {
                    inbox.Add(m.Message);
                    if (m.Headers.GetAll().LastOrDefault(h => h.Key.StartsWith("Night ", StringComparison.Ordinal)).Value is { } seen)
                    {
                        inbox.Add(
                            new[] { m.PartitionKey(), m.RoutingKey(), m.Headers.Get<string>("Night"), seen.ToString(), m.Message.Text });
                    }

                    return Task.CompletedTask;
                });
            });
        });

    private sealed class Nothing : IMessageSerializer
    {
        public ContentType ContentType { get; } = new("application/json");

        public MessageBody GetMessageBody<T>(SendContext<T> context)
            where T : class => new BytesMessageBody([]);
    }
}
