namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>
/// What a receiver does with a message that it holds. Each takes the lock's id and does nothing when that lock has ended.
/// </summary>
internal static class Deliveries
{
    public const string DeliveryLimit = "delivery limit";

    /// <summary>The message is done: it is gone once this is committed.</summary>
    public static bool Complete(QueueTransaction transaction, Guid lockId, long id)
    {
        var find = transaction.Statement(Sql.Finishing).Bind(1, id).Bind(2, lockId);
        if (!find.Step())
            return false;
        var (message, shared, queue, partitioned) = (find.Int64(0), find.Int32(1) == 1, find.Int64(2), find.Int32(3) == 1);
        find.Reset();
        transaction.Statement(Sql.DeleteDelivery).Bind(1, id).Execute();
        transaction.DeleteMessage(message, shared);
        transaction.Changes.Completed(queue);
        if (partitioned)
            transaction.Changes.Wake(queue); // The next of its partition may go.
        return true;
    }

    public static bool Renew(QueueTransaction transaction, Guid lockId, long id, TimeSpan duration) =>
        transaction.Statement(Sql.Renew).Bind(1, id).Bind(2, lockId)
            .Bind(3, Clock.Add(transaction.Now, duration)).Bind(4, transaction.Now).Execute() > 0;

    /// <summary>A consumer begins with a message whose lock has ended before: should the process die over it, that counts.</summary>
    public static bool MarkBegun(QueueTransaction transaction, Guid lockId, long id) =>
        transaction.Statement(Sql.MarkBegun).Bind(1, id).Bind(2, lockId).Execute() > 0;

    /// <summary>
    /// Gives a message back, at once or after a delay. Only a fault counts against the delivery limit; a redelivery that was asked for does
    /// not.
    /// </summary>
    public static bool Unlock(QueueTransaction transaction, Guid lockId, long id, TimeSpan delay, SendHeaders headers)
    {
        if (Find(transaction, lockId, id) is not { } held)
            return false;
        var count = Math.Min(held.DeliveryCount, int.MaxValue - 1) + (IsRedelivery(headers, held.Headers) ? 0 : 1);
        var delayed = delay > TimeSpan.Zero;
        transaction.Statement(Sql.Unlock)
            .Bind(1, id)
            .Bind(2, delayed ? Clock.Add(transaction.Now, delay) : null)
            .Bind(3, delayed ? transaction.Now : null)
            .Bind(4, count)
            .Bind(5, OutgoingMessage.ToJson(headers))
            .Execute();
        transaction.Changes.Wake(held.Queue);
        if (Exhausted(count, held.MaxDeliveryCount))
            Bury(transaction, id, held.Queue, held.QueueName, DeliveryLimit);
        return true;
    }

    /// <summary>Moves a message to another place (<c>_error</c>, <c>_skipped</c>, dead letter).</summary>
    public static bool Move(QueueTransaction transaction, Guid lockId, long id, string queue, SqlQueueType type, SendHeaders headers)
    {
        if (Find(transaction, lockId, id) is not { } held)
            return false;
        var reason = headers.Get<string>(MessageHeaders.Reason);
        // MassTransit puts what no consumer wanted among the dead letters, with this reason; operators want to tell the two apart.
        var kind = type is SqlQueueType.DeadLetterQueue && reason == "dead-letter" ? QueueKind.Skipped : (QueueKind)type;
        var place = transaction.QueueId(queue, kind);
        transaction.Statement(Sql.Move)
            .Bind(1, id)
            .Bind(2, place)
            .Bind(3, OutgoingMessage.ToJson(headers))
            .Bind(4, kind is QueueKind.Skipped
                ? "skipped"
                : kind is QueueKind.Error ? headers.Get<string>(MessageHeaders.FaultMessage) : reason)
            .Execute();
        transaction.Changes.Failed(held.Queue);
        transaction.Changes.Wake(held.Queue);
        transaction.Changes.Wake(place);
        return true;
    }

    /// <summary>Gives back a message that nobody has begun with, as if it had never been fetched.</summary>
    public static void Release(QueueTransaction transaction, Guid lockId, long id)
    {
        var release = transaction.Statement(Sql.Release).Bind(1, id).Bind(2, lockId);
        if (!release.Step())
            return;
        transaction.Changes.Wake(release.Int64(0));
        release.Reset();
    }

    /// <summary>A limit of zero or less is none.</summary>
    public static bool Exhausted(long deliveries, int limit) => limit > 0 && deliveries >= limit;

    /// <summary>Makes a message a dead letter.</summary>
    public static void Bury(QueueTransaction transaction, long id, long queue, string name, string reason)
    {
        transaction.Statement(Sql.Bury).Bind(1, id).Bind(2, transaction.QueueId(name, QueueKind.DeadLetter)).Bind(3, reason).Execute();
        transaction.Changes.Failed(queue);
        transaction.Changes.Wake(queue); // The next of its partition may go.
    }

    /// <summary>Makes a message a dead letter whose headers turned out to be unreadable once it was held.</summary>
    public static bool BuryHeld(QueueTransaction transaction, Guid lockId, long id, string defect)
    {
        if (Find(transaction, lockId, id) is not { } held)
            return false;
        Bury(transaction, id, held.Queue, held.QueueName, Unreadable(defect));
        return true;
    }

    public static string Unreadable(string defect) => $"unreadable: {defect}";

    // MassTransit unlocks a message both to redeliver it later, as a policy asked, and after a fault; the first raises the redelivery
    // count.
    private static bool IsRedelivery(SendHeaders now, string? before) =>
        RedeliveryCount(now) > RedeliveryCount(OutgoingMessage.FromJson(before));

    private static int RedeliveryCount(SendHeaders? headers) => headers?.Get(MessageHeaders.RedeliveryCount, default(int?)) ?? 0;

    private static Held? Find(QueueTransaction transaction, Guid lockId, long id)
    {
        var find = transaction.Statement(Sql.Locked).Bind(1, id).Bind(2, lockId);
        if (!find.Step())
            return null;
        var held = new Held(find.Int64(0), find.Int64(1), find.Text(2), find.Int32(3), find.Text(4)!);
        find.Reset();
        return held;
    }

    private sealed record Held(long Queue, long DeliveryCount, string? Headers, int MaxDeliveryCount, string QueueName);
}
