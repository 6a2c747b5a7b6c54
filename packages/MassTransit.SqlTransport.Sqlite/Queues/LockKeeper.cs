namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>
/// Renews the locks of what this process has in hand when half of their time is over, on a thread of its own: consumers may block every
/// thread of the pool, and a lock that ends meanwhile brings its message to somebody beside them. One write a round for all of them; what
/// is done sooner costs nothing.
/// </summary>
internal sealed class LockKeeper(QueueFile file)
{
    private const long Never = long.MaxValue;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly object _gate = new();
    private readonly List<ILockHolder> _holders = [];
    private bool _running, _failing;
    private long _roundAt = Never; // Environment.TickCount64

    /// <summary>From now on this holder's locks are renewed.</summary>
    public void Add(ILockHolder holder)
    {
        lock (_gate)
            _holders.Add(holder);
    }

    /// <summary>No longer. With the last holder the thread ends.</summary>
    public void Remove(ILockHolder holder)
    {
        lock (_gate)
        {
            _holders.Remove(holder);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>A holder has taken locks of this duration. Cheap to call again.</summary>
    public void Expect(TimeSpan duration)
    {
        var at = At(HeldLock.RenewedAfter(duration));
        if (Volatile.Read(ref _roundAt) <= at)
            return;
        lock (_gate)
        {
            _roundAt = Math.Min(_roundAt, at);
            if (!_running)
                new Thread(Run) { IsBackground = true, Name = $"locks {Path.GetFileName(file.Path)}" }.Start();
            _running = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        while (WaitForRound() is { } holders)
        {
            List<HeldLock> due = [];
            foreach (var holder in holders)
                Plan(holder.CollectDue(due));
            if (due.Count > 0 && !TryRenew(due))
                Plan(RetryDelay);
            else if (due.Count > 0)
                Plan(HeldLock.RenewedAfter(due.Min(held => held.Duration)));
        }
    }

    // Null when nobody holds anything any more.
    private ILockHolder[]? WaitForRound()
    {
        lock (_gate)
        {
            while (_holders.Count > 0 && _roundAt - Environment.TickCount64 is > 0 and var left)
                Monitor.Wait(_gate, TimeSpan.FromMilliseconds(Math.Min(left, (long)LongestWait.TotalMilliseconds)));
            _roundAt = Never;
            _running = _holders.Count > 0;
            return _running ? [.. _holders] : null;
        }
    }

    private void Plan(TimeSpan? wait)
    {
        if (wait is not { } known)
            return;
        lock (_gate)
            _roundAt = Math.Min(_roundAt, At(known));
    }

    private bool TryRenew(List<HeldLock> due)
    {
        try
        {
            var held = file.WriteHere(transaction => due.ConvertAll(l => Deliveries.Renew(transaction, l.LockId, l.Id, l.Duration)));
            for (var i = 0; i < due.Count; i++)
            {
                if (held[i])
                    due[i].Holder.Renewed(due[i]);
                else
                    due[i].Holder.Lost(due[i]);
            }

            _failing = false;
            return true;
        }
        catch (Exception error) // on a thread of its own there is nobody else to catch it
        {
            if (!_failing)
                LogContext.Warning?.Log(error, "Renewing locks in {Path} waits: {Reason}", file.Path, error.Message);
            _failing = true;
            return false;
        }
    }

    private static long At(TimeSpan wait) => Environment.TickCount64 + (long)wait.TotalMilliseconds;
}

/// <summary>Who has messages in hand.</summary>
internal interface ILockHolder
{
    /// <summary>Adds the locks that are to be renewed now.</summary>
    /// <returns>When the next of the others is; null when there is none.</returns>
    TimeSpan? CollectDue(List<HeldLock> due);

    void Renewed(HeldLock held);

    void Lost(HeldLock held);
}

/// <summary>A lock that is to be renewed.</summary>
/// <param name="Holder">Whose it is.</param>
/// <param name="Id">The delivery.</param>
/// <param name="LockId">The lock.</param>
/// <param name="Duration">For how long.</param>
/// <param name="Asked">The holder's timestamp when it asked for that.</param>
internal readonly record struct HeldLock(ILockHolder Holder, long Id, Guid LockId, TimeSpan Duration, long Asked)
{
    private static readonly TimeSpan Soonest = TimeSpan.FromMilliseconds(50);

    /// <summary>Early enough for a write that waits, late enough for what is done soon to cost nothing.</summary>
    public static TimeSpan RenewedAfter(TimeSpan duration) => duration / 2 > Soonest ? duration / 2 : Soonest;
}
