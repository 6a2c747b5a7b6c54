namespace Wanda.Destinations;

/// <summary>
/// The one line that all destinations share: while one with a higher priority sends, those with a lower one hold back, down to a piece now
/// and then so that nobody takes them for dead. One that is down sends nothing, and so delays nobody.
/// </summary>
public sealed class Uplink(TimeProvider time)
{
    /// <summary>Who sent so lately is taken to be sending.</summary>
    private static readonly TimeSpan Sending = TimeSpan.FromSeconds(2);

    /// <summary>A piece goes out all the same after so long.</summary>
    private static readonly TimeSpan HeldBack = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private readonly Lock _lock = new();
    private readonly SortedDictionary<int, long> _lastSent = [];

    /// <summary>Returns when a piece of that priority may go.</summary>
    public async ValueTask TurnAsync(int priority, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (IsHigherSending(priority) && time.GetElapsedTime(began) < HeldBack)
            await Task.Delay(Look, time, cancellationToken);
        lock (_lock)
            _lastSent[priority] = time.GetTimestamp();
    }

    private bool IsHigherSending(int priority)
    {
        lock (_lock)
            return _lastSent.Any(sent => sent.Key > priority && time.GetElapsedTime(sent.Value) < Sending);
    }
}
