namespace Sqlite.Shared;

/// <summary>What waits for the writer thread.</summary>
internal sealed class WriteQueue(TimeProvider time)
{
    private readonly object _gate = new();
    private readonly Queue<WriteItem> _items = new();
    private int _durable;
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
            while (_items.Count == 0)
            {
                if (_closed)
                    return Wake.Closed;
                var wait = left();
                if (wait == 0)
                    return Wake.TimeUp;
                Monitor.Wait(_gate, wait);
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
        if (_items.Dequeue().Durable)
            _durable--;
    }
}

/// <summary>Why the writer woke.</summary>
internal enum Wake
{
    Work,
    TimeUp,
    Closed,
}
