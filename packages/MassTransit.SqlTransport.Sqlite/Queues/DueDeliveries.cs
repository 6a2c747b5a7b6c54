namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>What happens when its time comes to a delivery: a scheduled one becomes ready, a locked one comes back.</summary>
internal static class DueDeliveries
{
    private const int Most = 1000; // a turn; the fetch after it goes on

    /// <summary>Makes ready what is due in a queue.</summary>
    public static void Release(QueueTransaction transaction, long queue, string name, int maxDeliveryCount)
    {
        var scheduled = Due(transaction, queue, held: false);
        if (scheduled.Count > 0)
        {
            var position = NextPosition(transaction);
            foreach (var id in scheduled)
                transaction.Statement(Sql.ScheduledToReady).Bind(1, id).Bind(2, position).Execute();
        }

        foreach (var id in Due(transaction, queue, held: true))
            Unlock(transaction, id, queue, name, maxDeliveryCount);
    }

    /// <summary>When the next delivery of the queue becomes due; null when none will.</summary>
    public static long? Next(QueueTransaction transaction, long queue)
    {
        var read = transaction.Statement(Sql.NextDue).Bind(1, queue);
        read.Step();
        long? due = read.IsNull(0) ? null : read.Int64(0);
        read.Reset();
        return due;
    }

    /// <summary>Repairs times that were set while the clock was wrong, so that a clock set back leaves nothing invisible.</summary>
    public static void Clamp(QueueTransaction transaction)
    {
        var latest = Clock.Add(transaction.Now, Clock.Tolerance);
        transaction.Statement(Sql.ClampDue).Bind(1, transaction.Now).Bind(2, latest).Execute();
        transaction.Statement(Sql.ClampPauses).Bind(1, transaction.Now).Bind(2, latest).Execute();
        transaction.Statement(Sql.ClampExpiry).Bind(1, transaction.Now).Bind(2, latest).Execute();
        transaction.Statement(Sql.ForgetSamplesAfter).Bind(1, latest).Execute();
    }

    /// <summary>Lets locks and delays run on as they would have, when the clock was set.</summary>
    /// <remarks>
    /// What it has moved was set now, so that it does no harm when several processes see the same step, or one does it twice.
    /// </remarks>
    public static int Move(QueueTransaction transaction, ClockStep step) =>
        transaction.Statement(Sql.MoveDue).Bind(1, step.By).Bind(2, step.From).Bind(3, transaction.Now).Execute();

    /// <summary>Leaves messages the rest of their lives when the clock was set ahead.</summary>
    /// <remarks>Only those that were sent before the step.</remarks>
    public static void KeepLives(QueueTransaction transaction, ClockStep step) =>
        transaction.Statement(Sql.KeepExpiry).Bind(1, step.By).Bind(2, transaction.Now - step.By).Execute();

    /// <summary>A place behind all that is in the file now and before all that comes later.</summary>
    public static long NextPosition(QueueTransaction transaction)
    {
        var next = transaction.Statement(Sql.NextPosition);
        next.Step();
        var position = next.Int64(0);
        next.Reset();
        return position;
    }

    private static void Unlock(QueueTransaction transaction, long id, long queue, string name, int maxDeliveryCount)
    {
        var unlock = transaction.Statement(Sql.LockedToReady).Bind(1, id);
        unlock.Step();
        var count = unlock.Int64(0);
        unlock.Reset();
        if (Deliveries.Exhausted(count, maxDeliveryCount))
            Deliveries.Bury(transaction, id, queue, name, Deliveries.DeliveryLimit);
    }

    private static List<long> Due(QueueTransaction transaction, long queue, bool held)
    {
        List<long> due = [];
        var read = transaction.Statement(Sql.Due).Bind(1, queue).Bind(2, held ? 1 : 0).Bind(3, transaction.Now).Bind(4, Most);
        while (read.Step())
            due.Add(read.Int64(0));
        return due;
    }
}
