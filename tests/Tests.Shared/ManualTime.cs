namespace Tests.Shared;

/// <summary>A clock that stands still until it is told to go on, and that can be awaited until somebody waits for it.</summary>
internal sealed class ManualTime : TimeProvider
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private TaskCompletionSource _armed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _now = new(2026, 3, 1, 20, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Returns when something waits for the clock; what was under way before has come to rest by then.</summary>
    public Task WhenAwaitedAsync()
    {
        lock (_lock)
            return _timers.Count > 0 ? Task.CompletedTask : _armed.Task.WaitAsync(Patience);
    }

    /// <summary>Time passes.</summary>
    /// <returns>How many waits that ended: none, and nobody was woken who could do anything.</returns>
    public int Advance(TimeSpan by)
    {
        List<ManualTimer> due;
        lock (_lock)
        {
            _now += by;
            due = [.. _timers.Where(t => t.Due <= _now).OrderBy(t => t.Due)];
            foreach (var timer in due)
                Remove(timer);
        }

        foreach (var timer in due)
            timer.Fire();
        return due.Count;
    }

    private void Remove(ManualTimer timer)
    {
        if (_timers.Remove(timer) && _timers.Count == 0)
            _armed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class ManualTimer(ManualTime time, Action callback) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void Fire() => callback();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                Due = time._now + dueTime;
                time._timers.Add(this);
                time._armed.TrySetResult();
                return true;
            }
        }

        public void Dispose()
        {
            lock (time._lock)
                time.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
