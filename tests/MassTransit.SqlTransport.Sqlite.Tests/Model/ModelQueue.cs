namespace MassTransit.SqlTransport.Sqlite.Tests.Model;

/// <summary>What a queue promises, in a list: written from the README, not from the SQL.</summary>
internal sealed class ModelQueue(int maxDeliveryCount)
{
    private readonly List<Entry> _entries = [];
    private long _line;

    public DateTimeOffset Now { get; set; }

    /// <summary>When something changes by itself next; null when nothing will.</summary>
    public DateTimeOffset? NextDue => _entries.Where(e => e.Due is not null).Min(e => e.Due);

    public IReadOnlyList<int> Waiting => [.. _entries.Where(e => !e.Dead).Select(e => e.Number).Order()];

    public IReadOnlyList<int> Dead => [.. _entries.Where(e => e.Dead).Select(e => e.Number).Order()];

    public void Send(int number, short priority, TimeSpan delay) =>
        _entries.Add(new Entry(number, priority) { Place = ++_line, Due = delay > TimeSpan.Zero ? Now + delay : null });

    /// <summary>The messages that a receiver gets, in order: by priority, and in each as they came in line.</summary>
    public List<int> Fetch(int limit, TimeSpan lockDuration, int round)
    {
        var due = _entries.Where(e => e.Due <= Now).ToList();
        // What was scheduled comes into the line behind all that is there; what was held goes back to its place.
        if (due.Any(e => e.Lock is null))
            _line++;
        foreach (var entry in due)
        {
            if (entry.Lock is null)
                entry.Place = _line;
            entry.Due = null;
            entry.Lock = null;
        }

        var fetched = _entries.Where(e => e is { Due: null, Dead: false }).OrderBy(e => e.Priority).ThenBy(e => e.Place)
            .ThenBy(e => e.Number).Take(limit).ToList();
        foreach (var entry in fetched)
            entry.Hold(round, Now, lockDuration);
        return [.. fetched.Select(e => e.Number)];
    }

    /// <summary>Whether that lock still holds: until the message is fetched again, however late that is.</summary>
    public bool Complete(int number, int round) => Held(number, round) is { } entry && _entries.Remove(entry);

    public bool Renew(int number, int round, TimeSpan duration)
    {
        if (Held(number, round) is not { } entry)
            return false;
        entry.Hold(round, Now, duration);
        return true;
    }

    public bool Unlock(int number, int round, TimeSpan delay)
    {
        if (Held(number, round) is not { } entry)
            return false;
        entry.Lock = null;
        entry.Dead = ++entry.Failures >= maxDeliveryCount;
        entry.Due = delay > TimeSpan.Zero && !entry.Dead ? Now + delay : null;
        return true;
    }

    /// <summary>Somebody has set the clock. What is held stays held for its time, and what waits waits for its time.</summary>
    public void ClockSet(TimeSpan by)
    {
        foreach (var entry in _entries)
            entry.Due += by;
    }

    /// <summary>A process that stops gives back what it holds, as if it had never had it.</summary>
    public void GiveBack(int sinceRound)
    {
        foreach (var entry in _entries.Where(e => e.Lock >= sinceRound))
            (entry.Lock, entry.Due) = (null, null);
    }

    private Entry? Held(int number, int round) => _entries.SingleOrDefault(e => e.Number == number && e.Lock == round);

    private sealed class Entry(int number, short priority)
    {
        public int Number { get; } = number;
        public short Priority { get; } = priority;
        public long Place { get; set; }
        public DateTimeOffset? Due { get; set; }
        public int? Lock { get; set; }
        public int Failures { get; set; }
        public bool Dead { get; set; }

        public void Hold(int round, DateTimeOffset now, TimeSpan duration) => (Lock, Due) = (round, now + duration);
    }
}
