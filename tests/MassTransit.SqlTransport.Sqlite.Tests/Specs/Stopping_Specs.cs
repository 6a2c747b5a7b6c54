using Microsoft.Extensions.DependencyInjection;

namespace MassTransit.SqlTransport.Sqlite.Tests.Specs;

/// <summary>A bus with nothing to do stops at once, and can be started again.</summary>
public sealed class Stopping_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_stop_ends_the_receivers_waits_and_a_start_makes_them_wait_again()
    {
        ConnectionContext? connection = null;
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), endpoints: (_, cfg) =>
            cfg.ReceiveEndpoint("one", e => e.Handler<Ping>(m =>
            {
                m.ReceiveContext.TryGetPayload<ClientContext>(out var client);
                connection = client!.ConnectionContext;
                return Task.CompletedTask;
            })));
        var control = bus.Services.GetRequiredService<IBusControl>();
        for (var run = 1; run <= 2; run++)
        {
            await (await bus.EndpointOf("one")).Send(new Ping(run));
            await Wait.Until(async () => (await bus.Queues.FindAsync("one"))!.TotalCompleted == run, "the message");
            // As a receiver waits for a queue. MassTransit would cancel it as well, but a second late; this one it cannot.
            var waiting = connection!.DelayUntilMessageReady(-1, TimeSpan.FromDays(1), CancellationToken.None);
            Assert.False(waiting.IsCompleted);
            await control.StopAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Wait.Bound, TimeProvider.System));
            await control.StartAsync();
        }
    }
}
