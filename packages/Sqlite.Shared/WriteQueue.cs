namespace Sqlite.Shared;

/// <summary>What waits for the writer thread.</summary>
internal sealed class WriteQueue(TimeProvider time, TimeSpan idleAfter)
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

    /// <summary>Blocks until there is work, the queue is closed, or the file has rested.</summary>
    /// <param name="untilRested">Whether there is something to do once the file rests.</param>
    public Wake Wait(bool untilRested)
    {
        lock (_gate)
        {
            while (_items.Count == 0)
            {
                if (_closed)
                    return Wake.Closed;
                if (!untilRested)
                    Monitor.Wait(_gate);
                else if (!Monitor.Wait(_gate, idleAfter))
                    return Wake.Rested;
            }
            return Wake.Work;
        }
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

    /// <summary>Takes the next item that nobody has withdrawn; null when none is left, or when it must be durable and the group is not.</summary>
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
    Rested,
    Closed,
}
