using MassTransit.SqlTransport.Sqlite.Queues;

namespace MassTransit.SqlTransport.Sqlite.Transport;

/// <summary>
/// What a bus has fetched and not ended with. A message can come again before MassTransit has ended with it: a redelivery that is due at
/// once, or a lock that ended because the process was held up. MassTransit would take the second delivery for a duplicate of the first,
/// keep renewing its lock, and never hand it to a consumer; so it waits here until the first has ended.
/// </summary>
internal sealed class InHand(TimeProvider time) : ILockHolder
{
    private static readonly TimeSpan MassTransitsMaxLockDuration = TimeSpan.FromHours(12); // until MassTransit tells

    private readonly Lock _gate = new();
    private readonly Dictionary<long, Delivery> _deliveries = [];

    /// <summary>Notes a message that was fetched.</summary>
    /// <param name="message">The message.</param>
    /// <param name="inFlight">Where it counts as long as its lock is held.</param>
    /// <param name="duration">How long its lock lasts.</param>
    /// <returns>True when MassTransit can have it, false when it waits for <see cref="End"/>.</returns>
    public bool Take(SqlTransportMessage message, InFlight inFlight, TimeSpan duration)
    {
        lock (_gate)
        {
            if (!_deliveries.TryGetValue(message.MessageDeliveryId, out var delivery))
            {
                _deliveries.Add(message.MessageDeliveryId, delivery = new Delivery { InFlight = inFlight });
                delivery.Hold(message.LockId!.Value, duration, time.GetTimestamp());
                return true;
            }

            Finish(delivery); // Its lock was lost.
            delivery.InFlight = inFlight;
            delivery.Hold(message.LockId!.Value, duration, time.GetTimestamp());
            // MassTransit may know the first for a moment longer than it tells of; by this it tells the two apart.
            message.TransportMessageId = NewId.NextGuid();
            delivery.Next = delivery.Begun is null ? null : message;
            return delivery.Next is null;
        }
    }

    /// <summary>MassTransit begins with a message.</summary>
    /// <param name="id">The delivery.</param>
    /// <param name="lockId">Its lock.</param>
    /// <param name="maxLockDuration">How long its lock is renewed; null when MassTransit does not tell.</param>
    public void Begin(long id, Guid lockId, TimeSpan? maxLockDuration)
    {
        lock (_gate)
        {
            if (Find(id, lockId) is { } delivery)
                (delivery.Begun, delivery.Longest) = (lockId, maxLockDuration ?? delivery.Longest);
        }
    }

    /// <summary>The lock is given up. Only this one: the message may be held again under another.</summary>
    public void Finish(long id, Guid lockId)
    {
        lock (_gate)
        {
            if (Find(id, lockId) is not { } delivery)
                return;
            Finish(delivery);
            Forget(id, delivery);
        }
    }

    /// <summary>MassTransit has ended with a message that it began with.</summary>
    /// <returns>The same message, if it came again meanwhile.</returns>
    public SqlTransportMessage? End(long id, Guid lockId)
    {
        lock (_gate)
        {
            if (!_deliveries.TryGetValue(id, out var delivery) || delivery.Begun != lockId)
                return null;
            var next = delivery.Next;
            (delivery.Begun, delivery.Next) = (null, null);
            Forget(id, delivery);
            return next;
        }
    }

    /// <summary>The locks that are held.</summary>
    public IReadOnlyList<(long Id, Guid LockId)> Locks()
    {
        lock (_gate)
            return [.. _deliveries.Where(d => d.Value.LockId is not null).Select(d => (d.Key, d.Value.LockId!.Value))];
    }

    /// <summary>Whether <see cref="LockKeeper"/> sees to a lock, so that nobody else has to.</summary>
    public bool IsKept(long id, Guid lockId)
    {
        lock (_gate)
            return Find(id, lockId) is { Kept: true } delivery && time.GetElapsedTime(delivery.Since) < delivery.Duration;
    }

    public TimeSpan? CollectDue(List<HeldLock> due)
    {
        TimeSpan? next = null;
        var now = time.GetTimestamp();
        lock (_gate)
        {
            foreach (var (id, delivery) in _deliveries)
            {
                if (delivery.LockId is not { } lockId || time.GetElapsedTime(delivery.Fetched, now) + delivery.Duration >= delivery.Longest)
                    continue;
                var left = HeldLock.RenewedAfter(delivery.Duration) - time.GetElapsedTime(delivery.Since, now);
                // Those that would be due soon come along.
                if (left <= delivery.Duration / 8)
                    due.Add(new HeldLock(this, id, lockId, delivery.Duration, now));
                else if (!(next < left))
                    next = left;
            }
        }

        return next;
    }

    public void Renewed(HeldLock held)
    {
        lock (_gate)
            Find(held.Id, held.LockId)?.Renew(held.Asked);
    }

    // MassTransit is told when it asks next.
    public void Lost(HeldLock held) => Finish(held.Id, held.LockId);

    private Delivery? Find(long id, Guid lockId) =>
        _deliveries.TryGetValue(id, out var delivery) && delivery.LockId == lockId ? delivery : null;

    private static void Finish(Delivery delivery)
    {
        if (delivery.LockId is null)
            return;
        delivery.LockId = null;
        delivery.InFlight.Finished();
    }

    private void Forget(long id, Delivery delivery)
    {
        if (delivery is { LockId: null, Begun: null })
            _deliveries.Remove(id);
    }

    private sealed class Delivery
    {
        public Guid? LockId { get; set; }

        /// <summary>Where the message counts as long as its lock is held.</summary>
        public required InFlight InFlight { get; set; }

        /// <summary>The lock under which MassTransit has begun with it; it may have ended since.</summary>
        public Guid? Begun { get; set; }

        public SqlTransportMessage? Next { get; set; }

        /// <summary>From <see cref="Since"/> on the lock lasts so long.</summary>
        public TimeSpan Duration { get; private set; }

        public long Since { get; private set; }

        /// <summary>From here on it is renewed for <see cref="Longest"/>.</summary>
        public long Fetched { get; private set; }

        public TimeSpan Longest { get; set; }

        /// <summary>Whether it has been renewed here.</summary>
        public bool Kept { get; private set; }

        public void Hold(Guid lockId, TimeSpan duration, long now)
        {
            (LockId, Duration, Longest) = (lockId, duration, MassTransitsMaxLockDuration);
            (Since, Fetched, Kept) = (now, now, false);
        }

        public void Renew(long since) => (Kept, Since) = (true, since);
    }
}
