namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>Tells the receivers of this process that something may be there for them. Nothing is lost between looking and waiting: they wait for a version.</summary>
internal sealed class QueueSignal
{
    private readonly Lock _gate = new();
    private readonly List<Waiter> _waiters = [];
    private long _version;

    /// <summary>Changes with every call of <see cref="Raise"/>.</summary>
    public long Version => Volatile.Read(ref _version);

    public void Raise()
    {
        Waiter[] waiters;
        lock (_gate)
        {
            _version++;
            waiters = [.. _waiters];
            _waiters.Clear();
        }
        foreach (var waiter in waiters)
            waiter.TrySetResult(true);
    }

    /// <summary>Waits until the version is another than <paramref name="seen"/>, or for the timeout, or until cancelled (which is no error here).</summary>
    /// <returns>True when it was raised.</returns>
    public async Task<bool> WaitAsync(long seen, TimeSpan timeout, TimeProvider time, CancellationToken ct)
    {
        var waiter = new Waiter();
        lock (_gate)
        {
            if (_version != seen)
                return true;
            _waiters.Add(waiter);
        }
        await using var timer = time.CreateTimer(static w => ((Waiter)w!).TrySetResult(false), waiter, timeout, Timeout.InfiniteTimeSpan);
        await using var cancellation = ct.UnsafeRegister(static w => ((Waiter)w!).TrySetResult(false), waiter);
        var raised = await waiter.Task;
        if (!raised)
        {
            lock (_gate)
                _waiters.Remove(waiter);
        }
        return raised;
    }

    private sealed class Waiter() : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
}
