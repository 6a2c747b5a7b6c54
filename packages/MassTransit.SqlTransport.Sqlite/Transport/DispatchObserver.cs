namespace MassTransit.SqlTransport.Sqlite.Transport;

/// <summary>
/// Tells the transport when MassTransit begins and ends with a message (see <see cref="InHand"/> and <see cref="Queues.Attempt"/>).
/// </summary>
internal sealed class DispatchObserver : IReceiveObserver
{
    public Task PreReceive(ReceiveContext context) => TellAsync(context, static (client, message, context) =>
        client.BeginAsync(message, context.TryGetPayload<ReceiveSettings>(out var settings) ? settings : null));

    public Task PostReceive(ReceiveContext context) => TellAsync(context, static (client, message, _) => client.EndAsync(message));

    public Task ReceiveFault(ReceiveContext context, Exception exception) => PostReceive(context);

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class => Task.CompletedTask;

    private static Task TellAsync(ReceiveContext context, Func<SqliteClientContext, SqlMessageContext, ReceiveContext, Task> tell) =>
        context.TryGetPayload<SqlMessageContext>(out var message)
        && context.TryGetPayload<ClientContext>(out var scope) && scope.TryGetPayload<SqliteClientContext>(out var client)
            ? tell(client, message, context)
            : Task.CompletedTask;
}
