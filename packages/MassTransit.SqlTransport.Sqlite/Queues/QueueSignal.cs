namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>
/// Tells the receivers of this process that something may be there for them. Nothing is lost between looking and waiting: they wait for a
/// change.
/// </summary>
internal sealed class QueueSignal
{
    private readonly Lock _gate = new();
    private readonly List<Waiter> _waiters = [];
    private SignalState _state;

    /// <summary>Changes with every call of <see cref="Raise"/> and <see cref="Doubt"/>.</summary>
    public SignalState State
    {
        get
        {
            lock (_gate)
                return _state;
        }
    }

    /// <summary>Something is there, or was.</summary>
    public void Raise() => Change(static state => state with { Raised = state.Raised + 1 });

    /// <summary>Nobody said so, but something may be there: worth a look.</summary>
    public void Doubt() => Change(static state => state with { Doubted = state.Doubted + 1 });

    /// <summary>
    /// Waits until the state is another than <paramref name="seen"/>, or for the timeout, or until cancelled (which is no error here).
    /// </summary>
    public async Task WaitAsync(SignalState seen, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var waiter = new Waiter();
        lock (_gate)
        {
            if (_state != seen)
                return;
            _waiters.Add(waiter);
        }

        using var timer = timeout == Timeout.InfiniteTimeSpan
            ? null
            : time.CreateTimer(static w => ((Waiter)w!).TrySetResult(false), waiter, timeout, Timeout.InfiniteTimeSpan);
        using var cancellation = cancellationToken.UnsafeRegister(static w => ((Waiter)w!).TrySetResult(false), waiter);
        var changed = await waiter.Task.ConfigureAwait(false);
        if (!changed)
        {
            lock (_gate)
                _waiters.Remove(waiter);
        }
    }

    private void Change(Func<SignalState, SignalState> change)
    {
        Waiter[] waiters;
        lock (_gate)
        {
            _state = change(_state);
            waiters = [.. _waiters];
            _waiters.Clear();
        }

        foreach (var waiter in waiters)
            waiter.TrySetResult(true);
    }

    private sealed class Waiter() : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>How often a signal was raised, and how often doubted.</summary>
internal readonly record struct SignalState(long Raised, long Doubted);
