namespace Wanda.PinningServer;

/// <summary>What a node has here and what is kept free for it. Guarded by <see cref="QuotaLedger"/>.</summary>
internal sealed class NodeRoom
{
    private readonly Dictionary<string, (long Promised, long Arrived)> _sessions = new(StringComparer.Ordinal);

    public long Pins { get; private set; }

    /// <summary>Bytes that pins keep.</summary>
    public long Bytes { get; private set; }

    /// <summary>What they take on the disk besides.</summary>
    public long Overhead { get; private set; }

    /// <summary>Bytes of uploads on their way.</summary>
    public long OnTheWay { get; set; }

    /// <summary>Bytes that sessions were promised and have not brought yet.</summary>
    /// <param name="but">A session that is left out: what it brings is what was promised to it.</param>
    public long Promised(string? but = null) =>
        _sessions.Where(s => s.Key != but).Sum(s => Math.Max(0, s.Value.Promised - s.Value.Arrived));

    public void Count(string? session, long pins, long bytes, long overhead)
    {
        Pins += pins;
        Bytes += bytes;
        Overhead += overhead;
        if (session is not null && _sessions.TryGetValue(session, out var room))
            _sessions[session] = (room.Promised, room.Arrived + bytes);
    }

    public void Promise(string session, long bytes, long arrived) => _sessions[session] = (bytes, arrived);

    public void EndPromise(string session) => _sessions.Remove(session);
}
