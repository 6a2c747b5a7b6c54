namespace MassTransit.SqlTransport.Sqlite.Transport;

/// <summary>
/// What a bus has fetched and not ended with. A message can come again before MassTransit has ended with it: a redelivery that is due at once, or a lock
/// that ended because the process was held up. MassTransit would take the second delivery for a duplicate of the first, keep renewing its lock, and never
/// hand it to a consumer; so it waits here until the first has ended.
/// </summary>
internal sealed class InHand
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, Delivery> _deliveries = [];

    /// <summary>Notes a message that was fetched.</summary>
    /// <returns>True when MassTransit can have it, false when it waits for <see cref="End"/>.</returns>
    public bool Take(SqlTransportMessage message, InFlight inFlight)
    {
        lock (_gate)
        {
            if (!_deliveries.TryGetValue(message.MessageDeliveryId, out var delivery))
            {
                _deliveries.Add(message.MessageDeliveryId, new Delivery { LockId = message.LockId, InFlight = inFlight });
                return true;
            }
            Finish(delivery); // Its lock was lost.
            (delivery.LockId, delivery.InFlight) = (message.LockId, inFlight);
            // MassTransit may know the first for a moment longer than it tells of; by this it tells the two apart.
            message.TransportMessageId = NewId.NextGuid();
            delivery.Next = delivery.Begun is null ? null : message;
            return delivery.Next is null;
        }
    }

    /// <summary>MassTransit begins with a message.</summary>
    public void Begin(long id, Guid lockId)
    {
        lock (_gate)
        {
            if (_deliveries.TryGetValue(id, out var delivery) && delivery.LockId == lockId)
                delivery.Begun = lockId;
        }
    }

    /// <summary>The lock is given up. Only this one: the message may be held again under another.</summary>
    public void Finish(long id, Guid lockId)
    {
        lock (_gate)
        {
            if (!_deliveries.TryGetValue(id, out var delivery) || delivery.LockId != lockId)
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
        public required Guid? LockId { get; set; }

        /// <summary>Where the message counts as long as its lock is held.</summary>
        public required InFlight InFlight { get; set; }

        /// <summary>The lock under which MassTransit has begun with it; it may have ended since.</summary>
        public Guid? Begun { get; set; }

        public SqlTransportMessage? Next { get; set; }
    }
}
