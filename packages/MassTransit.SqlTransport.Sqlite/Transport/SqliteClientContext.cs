using System.Collections.Concurrent;
using MassTransit.SqlTransport.Sqlite.Queues;
using MassTransit.SqlTransport.Topology;
using Microsoft.Data.Sqlite;

namespace MassTransit.SqlTransport.Sqlite.Transport;

/// <summary>
/// MassTransit's operations on the queue file. What to do is in <c>Queues/</c>; here they are put on the writer, and kept alive through
/// trouble.
/// </summary>
internal sealed partial class SqliteClientContext(SqliteConnectionContext context, CancellationToken cancellationToken)
    : SqlClientContext(context, cancellationToken)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ReceiveRetryDelay = TimeSpan.FromMilliseconds(500);

    private const int TooBig = 18; // SQLITE_TOOBIG

    private readonly Guid _consumerId = NewId.NextGuid();
    private readonly ConcurrentDictionary<long, Guid> _interrupted = new();
    private TimeSpan _lockDuration = TimeSpan.FromMinutes(1);
    private int _receives;

    public override Task<long> CreateQueue(Queue queue) =>
        WriteAsync(transaction => Topologies.CreateQueue(transaction, queue.QueueName, queue.AutoDeleteOnIdle, queue.MaxDeliveryCount));

    public override Task<long> CreateTopic(Topic topic) => WriteAsync(transaction => Topologies.CreateTopic(transaction, topic.TopicName));

    public override Task<long> CreateTopicSubscription(TopicToTopicSubscription subscription) => WriteAsync(transaction =>
        Topologies.SubscribeTopic(transaction, subscription.Source.TopicName, subscription.Destination.TopicName,
            subscription.SubscriptionType, subscription.RoutingKey));

    public override Task<long> CreateQueueSubscription(TopicToQueueSubscription subscription) => WriteAsync(transaction =>
        Topologies.SubscribeQueue(transaction, subscription.Source.TopicName, subscription.Destination.QueueName,
            subscription.SubscriptionType, subscription.RoutingKey));

    public override async Task<long> PurgeQueue(string queueName, CancellationToken cancellationToken)
    {
        var file = await context.FileAsync().ConfigureAwait(false);
        long purged = 0;
        int batch;
        do
        {
            batch = await file.WriteAsync(transaction => Deleting.Purge(transaction, queueName), cancellationToken).ConfigureAwait(false);
            purged += batch;
        }
        while (batch == Deleting.Batch);
        return purged;
    }

    public override Task Send<T>(string queueName, SqlMessageSendContext<T> context)
    {
        var message = OutgoingMessage.From(context);
        return SendAsync(context, transaction => Sending.Send(transaction, queueName, message));
    }

    public override Task Publish<T>(string topicName, SqlMessageSendContext<T> context)
    {
        var message = OutgoingMessage.From(context);
        return SendAsync(context, transaction => Sending.Publish(transaction, topicName, message));
    }

    public override async Task<IEnumerable<SqlTransportMessage>> ReceiveMessages(string queueName, SqlReceiveMode mode, int messageLimit,
        int concurrentLimit, TimeSpan lockDuration)
    {
        _lockDuration = lockDuration;
        if (context.RaisesThreadPoolMinimum && Interlocked.Exchange(ref _receives, 1) == 0)
            PoolThreads.AddUntil(CancellationToken);
        var file = await context.FileAsync().ConfigureAwait(false);
        var receiver = context.Receiver(queueName);
        try
        {
            if (receiver.TakeAgain() is [_, ..] again)
                return again;
            if (!await receiver.HasReasonAsync(file, CancellationToken).ConfigureAwait(false))
                return [];
            var limit = await receiver.InFlight.LimitAsync(messageLimit, file.Time, CancellationToken).ConfigureAwait(false);
            var fetched = await receiver.FetchAsync(file, new FetchRequest
            {
                Queue = queueName,
                ConsumerId = _consumerId,
                Limit = limit,
                LockDuration = lockDuration,
                Mode = mode,
                ConcurrentPerPartition = concurrentLimit,
            }, CancellationToken).ConfigureAwait(false);
            receiver.InFlight.Fetched(fetched.Messages.Count, limit);
            return await KeepAsync(file, receiver, fetched).ConfigureAwait(false);
        }
        catch (SqliteTransportException error)
        {
            // An exception would stop the receiver, and with it the consumers that are under way; a full disk or a held lock passes.
            if (receiver.Failed())
                LogContext.Warning?.Log(error, "Receiving from {Queue} waits: {Reason}", queueName, error.Message);
            await Task.Delay(ReceiveRetryDelay, file.Time, CancellationToken).ConfigureAwait(false);
            return [];
        }
    }

    public override Task TouchQueue(string queueName) =>
        WriteAsync(transaction => transaction.Statement(Sql.TouchQueue).Bind(1, queueName).Execute());

    /// <summary>Nothing to do: what has been delivered too often becomes a dead letter in the write that counts it.</summary>
    public override Task<int?> DeadLetterQueue(string queueName, int messageCount) => Task.FromResult<int?>(0);

    public override Task<bool> DeleteMessage(Guid lockId, long messageDeliveryId) =>
        FinishAsync(lockId, messageDeliveryId, transaction => Deliveries.Complete(transaction, lockId, messageDeliveryId),
            waits: context.AcknowledgementsWait);

    public override Task<bool> DeleteScheduledMessage(Guid tokenId, CancellationToken cancellationToken) =>
        WriteAsync(transaction => Deleting.CancelScheduled(transaction, tokenId));

    public override Task<bool> MoveMessage(
        Guid lockId, long messageDeliveryId, string queueName, SqlQueueType queueType, SendHeaders sendHeaders) =>
        FinishAsync(lockId, messageDeliveryId,
            transaction => Deliveries.Move(transaction, lockId, messageDeliveryId, queueName, queueType, sendHeaders));

    public override async Task<bool> RenewLock(Guid lockId, long messageDeliveryId, TimeSpan duration)
    {
        if (context.InHand.IsKept(messageDeliveryId, lockId))
            return true;
        var renewed = await InsistAsync(file => file.WriteRelaxedAsync(
            transaction => Deliveries.Renew(transaction, lockId, messageDeliveryId, duration), CancellationToken),
            duration * 0.25).ConfigureAwait(false);
        if (!renewed)
            Forget(lockId, messageDeliveryId);
        return renewed;
    }

    public override Task<bool> Unlock(Guid lockId, long messageDeliveryId, TimeSpan delay, SendHeaders sendHeaders) =>
        FinishAsync(lockId, messageDeliveryId,
            transaction => Deliveries.Unlock(transaction, lockId, messageDeliveryId, delay, sendHeaders));

    /// <summary>Called before a message is handed to its consumer.</summary>
    public async Task BeginAsync(SqlMessageContext message, ReceiveSettings? settings)
    {
        var (id, lockId) = (message.DeliveryMessageId, message.LockId!.Value);
        context.InHand.Begin(id, lockId, settings?.MaxLockDuration);
        if (_interrupted.TryRemove(new(id, lockId)))
            await WriteAsync(transaction => Deliveries.MarkBegun(transaction, lockId, id)).ConfigureAwait(false);
    }

    /// <summary>Called when nothing more happens with a message, whatever came of it.</summary>
    public async Task EndAsync(SqlMessageContext message)
    {
        if (context.InHand.End(message.DeliveryMessageId, message.LockId!.Value) is { } again)
            context.Receiver(again.QueueName).Again(await context.FileAsync().ConfigureAwait(false), again);
    }

    private async Task<List<SqlTransportMessage>> KeepAsync(QueueFile file, QueueReceiver receiver, Fetched fetched)
    {
        foreach (var id in fetched.Interrupted)
            _interrupted[id] = fetched.Messages[0].LockId!.Value; // one lock for all of a fetch
        foreach (var (id, defect) in fetched.Unreadable)
            LogUnreadable(receiver.ToString(), id, defect);
        var kept = fetched.Messages.FindAll(message => context.InHand.Take(message, receiver.InFlight, _lockDuration));
        if (kept.Count > 0)
            file.Locks.Expect(_lockDuration);
        List<SqlTransportMessage> readable = [];
        foreach (var message in kept)
        {
            if (DefectOfHeaders(message) is { } defect)
                await BuryAsync(file, message, defect).ConfigureAwait(false);
            else
                readable.Add(message);
        }

        return readable;
    }

    // MassTransit would read them later, keep what it has read, and throw where it cannot give the message up. Here it costs the writer
    // nothing.
    private static string? DefectOfHeaders(SqlTransportMessage message)
    {
        try
        {
            message.GetHeaders();
            message.GetTransportHeaders();
            return null;
        }
        catch (Exception error) // whatever a serializer throws
        {
            return $"its headers: {error.Message}";
        }
    }

    private async Task BuryAsync(QueueFile file, SqlTransportMessage message, string defect)
    {
        var (id, lockId) = (message.MessageDeliveryId, message.LockId!.Value);
        LogUnreadable(message.QueueName, id, defect);
        await file.WriteAsync(transaction => Deliveries.BuryHeld(transaction, lockId, id, defect),
            CancellationToken.None).ConfigureAwait(false);
        Forget(lockId, id);
    }

    private static void LogUnreadable(string queue, long id, string defect) =>
        LogContext.Error?.Log("A message in {Queue} is a dead letter, since it cannot be read: {DeliveryId} ({Defect})", queue, id, defect);

    private async Task<bool> FinishAsync(Guid lockId, long deliveryId, Func<QueueTransaction, bool> work, bool waits = true)
    {
        var done = await InsistAsync(
            file => waits ? file.WriteAsync(work, CancellationToken.None) : file.WriteRelaxedAsync(work, CancellationToken.None),
            _lockDuration).ConfigureAwait(false);
        Forget(lockId, deliveryId);
        return done;
    }

    private void Forget(Guid lockId, long deliveryId)
    {
        context.InHand.Finish(deliveryId, lockId);
        _interrupted.TryRemove(new(deliveryId, lockId));
    }

    // A disk that is full or slow for a moment must not cost a lock that still holds: the message would be delivered beside itself.
    private async Task<bool> InsistAsync(Func<QueueFile, Task<bool>> write, TimeSpan patience)
    {
        var file = await context.FileAsync().ConfigureAwait(false);
        var began = file.Time.GetTimestamp();
        while (true)
        {
            try
            {
                return await write(file).ConfigureAwait(false);
            }
            catch (SqliteTransportException error) when (error.IsTransient && file.Time.GetElapsedTime(began) < patience)
            {
                await Task.Delay(RetryDelay, file.Time, CancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task SendAsync<T>(SqlMessageSendContext<T> message, Action<QueueTransaction> work)
        where T : class
    {
        var file = await context.FileAsync().ConfigureAwait(false);
        try
        {
            await (!message.Durable || WithAcknowledgement.IsOn(message)
                ? file.WriteRelaxedAsync(Insert, message.CancellationToken)
                : file.WriteAsync(Insert, message.CancellationToken)).ConfigureAwait(false);
        }
        catch (SqliteTransportException error) when (error.InnerException is SqliteException { SqliteErrorCode: TooBig })
        {
            throw new MessageException(typeof(T),
                "The message is larger than a row of SQLite can be: body and headers together, 1,000,000,000 bytes.", error);
        }

        bool Insert(QueueTransaction transaction)
        {
            work(transaction);
            return true;
        }
    }

    private async Task<T> WriteAsync<T>(Func<QueueTransaction, T> work) =>
        await (await context.FileAsync().ConfigureAwait(false)).WriteAsync(work, CancellationToken).ConfigureAwait(false);
}
