namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>Sending failed messages back, and deleting messages, in batches.</summary>
internal static class Requeueing
{
    public static async Task<int> CountAsync(QueueFile file, string queue, SqliteQueuePart part, CancellationToken cancellationToken) =>
        await file.ReadAsync(connection =>
        {
            var info = QueueInfos.Read(connection, queue, file.Time.Milliseconds()).SingleOrDefault();
            return (int)(part switch
            {
                SqliteQueuePart.Error => info?.Error,
                SqliteQueuePart.Skipped => info?.Skipped,
                SqliteQueuePart.DeadLetter => info?.DeadLetter,
                _ => throw NotFailed(part),
            } ?? 0);
        }, cancellationToken).ConfigureAwait(false);

    /// <summary>Sends back a batch.</summary>
    /// <param name="transaction">The write.</param>
    /// <param name="queue">The queue's name.</param>
    /// <param name="part">Where the messages are.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="first">How many went before in this run, for the rate.</param>
    /// <param name="perSecond">The rate.</param>
    public static int Requeue(QueueTransaction transaction, string queue, SqliteQueuePart part, int limit, int first, double? perSecond)
    {
        var kind = Peeking.KindOf(part);
        if (kind is QueueKind.Main)
            throw NotFailed(part);
        if (QueueInfos.Place(transaction.Connection, queue, kind) is not { } place)
            return 0;
        List<long> ids = [];
        var read = transaction.Statement(OperatorSql.FailedIds).Bind(1, place).Bind(2, limit);
        while (read.Step())
            ids.Add(read.Int64(0));
        for (var i = 0; i < ids.Count; i++)
            Requeue(transaction, queue, ids[i], perSecond is { } rate ? Spread((first + i) / rate) : TimeSpan.Zero);
        return ids.Count;
    }

    // However slow the rate, the last ones come in this century.
    public static TimeSpan Spread(double seconds) => TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.FromDays(36525).TotalSeconds));

    public static bool Requeue(QueueTransaction transaction, string queue, long id) => Requeue(transaction, queue, id, TimeSpan.Zero);

    public static int Purge(QueueTransaction transaction, string queue, SqliteQueuePart part)
    {
        if (QueueInfos.Place(transaction.Connection, queue, Peeking.KindOf(part)) is not { } place)
            return 0;
        var delete = part is SqliteQueuePart.InFlight or SqliteQueuePart.Scheduled
            ? transaction.Statement(OperatorSql.DeleteDue).Bind(3, part is SqliteQueuePart.InFlight ? 1 : 0)
            : transaction.Statement(OperatorSql.DeleteReady);
        return Deleting.Delete(transaction, delete.Bind(1, place).Bind(2, Deleting.Batch));
    }

    private static bool Requeue(QueueTransaction transaction, string queue, long id, TimeSpan delay)
    {
        var find = transaction.Statement(OperatorSql.FailedId).Bind(1, id).Bind(2, queue);
        if (!find.Step())
            return false;
        var headers = find.Text(1);
        find.Reset();
        var place = transaction.QueueId(queue, QueueKind.Main);
        transaction.Statement(OperatorSql.Requeue)
            .Bind(1, id)
            .Bind(2, place)
            .Bind(3, DueDeliveries.NextPosition(transaction))
            .Bind(4, delay > TimeSpan.Zero ? Clock.Add(transaction.Now, delay) : null)
            .Bind(5, delay > TimeSpan.Zero ? transaction.Now : null)
            .Bind(6, WithoutFault(headers))
            .Execute();
        transaction.Changes.Wake(place);
        return true;
    }

    // The next fault must not be read together with this one, nor the next retry policy count the old redeliveries.
    private static string? WithoutFault(string? json)
    {
        var kept = new Serialization.DictionarySendHeaders();
        if (OutgoingMessage.FromJson(json) is not { } headers)
            return json; // It goes back as it is, to be found unreadable again.
        foreach (var (key, value) in headers.GetAll())
        {
            if (!key.StartsWith("MT-Fault-", StringComparison.Ordinal)
                && key is not (MessageHeaders.Reason or MessageHeaders.RedeliveryCount))
            {
                kept.Set(key, value);
            }
        }

        return OutgoingMessage.ToJson(kept);
    }

    private static ArgumentException NotFailed(SqliteQueuePart part) =>
        new($"Messages can be sent back from error, skipped or dead letter, not from {part}.");
}
