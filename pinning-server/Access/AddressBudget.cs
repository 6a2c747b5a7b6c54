using System.Net;

namespace Wanda.PinningServer;

/// <summary>So many at once of one address, and then so many a minute. Its memory is bounded, however many addresses there are.</summary>
/// <param name="perMinute">At once, and a minute.</param>
/// <param name="time">Whose clock.</param>
internal sealed class AddressBudget(int perMinute, TimeProvider time)
{
    // About 2 MB.
    private const int MaxAddresses = 16_384;

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, (double Used, long At)> _known = [];

    /// <summary>Takes one from an address's budget.</summary>
    /// <returns>How long to wait for the next one when it is used up; null when there was one.</returns>
    public TimeSpan? Take(IPAddress address)
    {
        lock (_lock)
        {
            double used = Used(address) + 1;
            if (used > perMinute)
                return TimeSpan.FromMinutes((used - perMinute) / perMinute);
            Note(address, used);
            return null;
        }
    }

    /// <summary>Gives one back: it did not count.</summary>
    public void Return(IPAddress address)
    {
        lock (_lock)
            Note(address, Math.Max(0, Used(address) - 1));
    }

    private double Used(IPAddress address) => _known.TryGetValue(address, out var budget)
        ? Math.Max(0, budget.Used - (time.GetElapsedTime(budget.At).TotalMinutes * perMinute))
        : 0;

    private void Note(IPAddress address, double used)
    {
        // Whoever comes from so many has his way for now; nobody else waits for him.
        if (_known.Count >= MaxAddresses && !_known.ContainsKey(address))
            _known.Clear();
        _known[address] = (used, time.GetTimestamp());
    }
}
