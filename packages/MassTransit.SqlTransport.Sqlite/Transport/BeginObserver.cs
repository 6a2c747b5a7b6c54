namespace MassTransit.SqlTransport.Sqlite.Transport;

/// <summary>Tells the transport when a consumer begins with a message (see <see cref="Queues.Attempt"/>).</summary>
internal sealed class BeginObserver : IReceiveObserver
{
    public Task PreReceive(ReceiveContext context) =>
        context.TryGetPayload<SqlMessageContext>(out var message)
        && context.TryGetPayload<ClientContext>(out var scope) && scope.TryGetPayload<SqliteClientContext>(out var client)
            ? client.BeginAsync(message.DeliveryMessageId)
            : Task.CompletedTask;

    public Task PostReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class => Task.CompletedTask;

    public Task ReceiveFault(ReceiveContext context, Exception exception) => Task.CompletedTask;
}
