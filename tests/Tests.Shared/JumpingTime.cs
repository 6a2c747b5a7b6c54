namespace Tests.Shared;

/// <summary>
/// A clock that runs as fast as the real one and can be moved: forward with everything that waits for it, or the wall clock alone.
/// </summary>
internal sealed class JumpingTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly HashSet<JumpingTimer> _timers = [];
    private TimeSpan _passed;
    private TimeSpan _wrong;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _passed + _wrong;

    public override long GetTimestamp() => System.GetTimestamp() + (long)(_passed.TotalSeconds * TimestampFrequency);

    public override long TimestampFrequency => System.TimestampFrequency;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new JumpingTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Time passes: what is due by then fires.</summary>
    public void Advance(TimeSpan by)
    {
        List<JumpingTimer> timers;
        lock (_lock)
        {
            _passed += by;
            timers = [.. _timers];
        }

        foreach (var timer in timers)
            timer.Reset();
    }

    /// <summary>Somebody sets the wall clock; nothing passes.</summary>
    public void SetWrongBy(TimeSpan error) => _wrong = error;

    private sealed class JumpingTimer : ITimer
    {
        private readonly JumpingTime _time;
        private readonly Action _callback;
        private readonly ITimer _inner;
        private long _due;
        private TimeSpan _period;

        public JumpingTimer(JumpingTime time, Action callback)
        {
            (_time, _callback) = (time, callback);
            _inner = System.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_time._lock)
            {
                _period = period;
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return Rest();
                _due = _time.GetTimestamp() + (long)(dueTime.TotalSeconds * _time.TimestampFrequency);
                _time._timers.Add(this);
                return _inner.Change(dueTime, Timeout.InfiniteTimeSpan); // inside: a jump must not come between the two
            }
        }

        /// <summary>After a jump: the rest of the wait is shorter, or over.</summary>
        public void Reset()
        {
            lock (_time._lock)
            {
                if (_time._timers.Contains(this))
                    _inner.Change(Left(), Timeout.InfiniteTimeSpan);
            }
        }

        public void Dispose()
        {
            lock (_time._lock)
                Rest();
            _inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire()
        {
            lock (_time._lock)
            {
                if (!_time._timers.Contains(this))
                    return;
                if (Left() is { } left && left > TimeSpan.FromMilliseconds(1))
                {
                    _inner.Change(left, Timeout.InfiniteTimeSpan);
                    return;
                }

                if (_period == Timeout.InfiniteTimeSpan || _period == TimeSpan.Zero)
                {
                    Rest();
                }
                else
                {
                    _due = _time.GetTimestamp() + (long)(_period.TotalSeconds * _time.TimestampFrequency);
                    _inner.Change(_period, Timeout.InfiniteTimeSpan);
                }
            }

            _callback();
        }

        private bool Rest()
        {
            _time._timers.Remove(this);
            return _inner.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        private TimeSpan Left()
        {
            var left = TimeSpan.FromSeconds((_due - _time.GetTimestamp()) / (double)_time.TimestampFrequency);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }
}
