using Microsoft.Extensions.DependencyInjection;

namespace MassTransit.SqlTransport.Sqlite.Tests.Specs;

public sealed class Expiring_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_life_of_a_scheduled_message_begins_when_it_is_due()
    {
        await using var client = await TransportClient.StartAsync(_folder.File("q.db"));
        await client.SendAsync(1, delay: TimeSpan.FromHours(2), life: TimeSpan.FromMinutes(1));
        var scheduled = Assert.Single(await client.Queues.PeekAsync(TransportClient.Queue, SqliteQueuePart.Scheduled));
        Assert.Equal(TimeSpan.FromMinutes(1), scheduled.Expires - scheduled.Due);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task An_expired_message_is_not_consumed(bool deadLetter, int deadLetters)
    {
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (context, cfg) =>
        {
            var inbox = context.GetRequiredService<Inbox>();
            cfg.ReceiveEndpoint("one", e =>
            {
                e.DeadLetterExpiredMessages = deadLetter;
                e.Handler<Ping>(m =>
                {
                    inbox.Add(m.Message);
                    return Task.CompletedTask;
                });
            });
        });
        await bus.Queues.PauseAsync("one", "until it has expired");
        await bus.Bus.Publish(new Ping(1), c => c.TimeToLive = TimeSpan.FromMilliseconds(1));
        await bus.Bus.Publish(new Ping(2), c => c.TimeToLive = TimeSpan.FromHours(1));
        var expires = (await bus.Queues.PeekAsync("one", SqliteQueuePart.Ready))[0].Expires!.Value;
        await Wait.Until(() => TimeProvider.System.GetUtcNow() > expires, "the end of its life");
        await bus.Queues.ResumeAsync("one");
        await Wait.Until(async () => await bus.Queues.FindAsync("one") is { Ready: 0, InFlight: 0 }, "an empty queue");
        Assert.Equal([2], bus.Services.GetRequiredService<Inbox>().Of<Ping>().Select(p => p.Number));
        Assert.Equal(deadLetters, (await bus.Queues.FindAsync("one"))!.DeadLetter);
    }
}
