using System.Text.Json;

namespace MassTransit.SqlTransport.Sqlite.Tests;

/// <summary>
/// MassTransit's own client of the transport, for tests that take the receiver's part step by step on a queue that no receiver serves.
/// </summary>
internal sealed class TransportClient : IAsyncDisposable
{
    public const string Queue = "stepped";

    private readonly TestBus _bus;
    private readonly ClientContext _client;
    private readonly ISendEndpoint _endpoint;

    private TransportClient(TestBus bus, ClientContext client, ISendEndpoint endpoint) =>
        (_bus, _client, _endpoint) = (bus, client, endpoint);

    public ISqliteQueues Queues => _bus.Queues;

    public static async Task<TransportClient> StartAsync(
        string path, TimeProvider? time = null, int maxDeliveryCount = int.MaxValue, string options = "")
    {
        var found = new TaskCompletionSource<ClientContext>();
        var bus = await TestBus.StartAsync(path, time: time, options: options, endpoints: (_, cfg) =>
        {
            cfg.ReceiveEndpoint("control", e => e.Handler<Pong>(m =>
            {
                m.ReceiveContext.TryGetPayload<ClientContext>(out var client);
                found.SetResult(client!);
                return Task.CompletedTask;
            }));
        });
        await (await bus.EndpointOf("control")).Send(new Pong(0));
        var client = await found.Task.WaitAsync(Wait.Bound, TimeProvider.System);
        await client.CreateQueue(new SteppedQueue(maxDeliveryCount));
        return new TransportClient(bus, client, await bus.EndpointOf(Queue));
    }

    /// <summary>The number of the <see cref="Ping"/> in a body.</summary>
    public static int Number(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        return JsonDocument.ParseValue(ref reader).RootElement.GetProperty("number").GetInt32();
    }

    public Task SendAsync(int number, short priority = 100, TimeSpan? delay = null, TimeSpan? life = null) =>
        _endpoint.Send(new Ping(number), context =>
        {
            context.SetPriority(priority);
            context.Delay = delay;
            context.TimeToLive = life;
        });

    public async Task<IReadOnlyList<SqlTransportMessage>> FetchAsync(int limit, TimeSpan? lockDuration = null) =>
        [.. await _client.ReceiveMessages(Queue, SqlReceiveMode.Normal, limit, 1, lockDuration ?? TimeSpan.FromMinutes(1))];

    public Task<bool> CompleteAsync(SqlTransportMessage message) => _client.DeleteMessage(message.LockId!.Value, message.MessageDeliveryId);

    public Task<bool> RenewAsync(SqlTransportMessage message, TimeSpan duration) =>
        _client.RenewLock(message.LockId!.Value, message.MessageDeliveryId, duration);

    public Task<bool> UnlockAsync(SqlTransportMessage message, TimeSpan delay) =>
        _client.Unlock(message.LockId!.Value, message.MessageDeliveryId, delay,
            SqlTransportMessage.DeserializeHeaders(message.TransportHeaders));

    public ValueTask DisposeAsync() => _bus.DisposeAsync();

    private sealed class SteppedQueue(int maxDeliveryCount) : Topology.Queue
    {
        public string QueueName => TransportClient.Queue;
        public TimeSpan? AutoDeleteOnIdle => null;
        public int? MaxDeliveryCount => maxDeliveryCount;
    }
}
