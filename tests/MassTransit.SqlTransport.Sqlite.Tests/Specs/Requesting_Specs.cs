namespace MassTransit.SqlTransport.Sqlite.Tests.Specs;

public sealed class Requesting_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_request_gets_its_response_on_a_temporary_queue()
    {
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"),
            endpoints: (_, cfg) => cfg.ReceiveEndpoint("one", e => e.Handler<Ping>(m => m.RespondAsync(new Pong(m.Message.Number + 1)))));
        var client = bus.Bus.CreateRequestClient<Ping>(RequestTimeout.After(s: 60));
        var responses = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => client.GetResponse<Pong>(new Ping(n))));
        Assert.Equal(Enumerable.Range(1, 20), responses.Select(r => r.Message.Number));
        await Wait.Until(
            async () => (await bus.Queues.ListAsync()).Single(q => q.AutoDeleteOnIdle is not null).TotalCompleted == 20, "acknowledged");
    }

    [Fact]
    public async Task A_fault_comes_back_to_the_requester()
    {
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"),
            endpoints: (_, cfg) => cfg.ReceiveEndpoint("one", e => e.Handler<Ping>(_ => throw new InvalidDataException("no such frame"))));
        var client = bus.Bus.CreateRequestClient<Ping>(RequestTimeout.After(s: 60));
        var fault = await Assert.ThrowsAsync<RequestFaultException>(() => client.GetResponse<Pong>(new Ping(1)));
        Assert.Contains("no such frame", fault.Message);
    }
}
