namespace Sqlite.Shared;

/// <summary>What waits for the writer thread.</summary>
/// <param name="time">Tells how old an item is.</param>
/// <param name="alongAfter">How long a note waits for another write to go along with.</param>
internal sealed class WriteQueue(TimeProvider time, TimeSpan alongAfter)
{
    private readonly object _gate = new();
    private readonly Queue<WriteItem> _items = new();
    private int _durable, _along;
    private long _alongAt; // milliseconds: when the oldest of the notes goes by itself
    private bool _closed;

    /// <summary>Queues an item.</summary>
    /// <returns>False when the queue is closed.</returns>
    public bool TryAdd(WriteItem item)
    {
        lock (_gate)
        {
            if (_closed)
                return false;
            _items.Enqueue(item);
            if (item.Durable)
                _durable++;
            if (item.Along && _along++ == 0)
                _alongAt = Environment.TickCount64 + (long)alongAfter.TotalMilliseconds;
            Monitor.Pulse(_gate);
            return true;
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Blocks until there is work, the queue is closed, or the time is up.</summary>
    /// <param name="left">Milliseconds to wait at most, -1 for no limit; asked again after <see cref="Nudge"/>.</param>
    public Wake Wait(Func<int> left)
    {
        lock (_gate)
        {
            while (_items.Count == _along)
            {
                var notes = _along == 0 ? -1 : (int)Math.Clamp(_alongAt - Environment.TickCount64, 0, int.MaxValue);
                if (notes == 0 || (_closed && _along > 0))
                    return Wake.Work;
                if (_closed)
                    return Wake.Closed;
                var wait = left();
                if (wait == 0)
                    return Wake.TimeUp;
                Monitor.Wait(_gate, notes < 0 ? wait : wait < 0 ? notes : Math.Min(wait, notes));
            }

            return Wake.Work;
        }
    }

    /// <summary>Ends a wait whose limit has changed.</summary>
    public void Nudge()
    {
        lock (_gate)
            Monitor.Pulse(_gate);
    }

    /// <summary>Whether anything queued must reach the disk.</summary>
    public bool AnyDurable
    {
        get
        {
            lock (_gate)
                return _durable > 0;
        }
    }

    /// <summary>
    /// Takes the next item that nobody has withdrawn; null when none is left, or when it must reach the disk and the group will not.
    /// </summary>
    public WriteItem? Next(bool durableGroup)
    {
        lock (_gate)
        {
            while (_items.TryPeek(out var item) && (durableGroup || !item.Durable))
            {
                Take();
                if (item.TryBegin())
                    return item;
            }

            return null;
        }
    }

    /// <summary>Fails what has waited for at least <paramref name="age"/>.</summary>
    public void Fail(TimeSpan age, Exception error)
    {
        List<WriteItem> failed = [];
        lock (_gate)
        {
            while (_items.TryPeek(out var item) && time.GetElapsedTime(item.QueuedAt) >= age)
            {
                Take();
                if (item.TryBegin())
                    failed.Add(item);
            }
        }

        foreach (var item in failed)
            item.Failed(error);
    }

    private void Take()
    {
        var item = _items.Dequeue();
        if (item.Durable)
            _durable--;
        if (item.Along)
            _along--;
    }
}

/// <summary>Why the writer woke.</summary>
internal enum Wake
{
    Work,
    TimeUp,
    Closed,
}
