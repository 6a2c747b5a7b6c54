using System.Net;

namespace Wanda.PinningServer;

/// <summary>So many at once of one address, and then so many a minute. Its memory is bounded, however many addresses there are.</summary>
/// <param name="perMinute">At once, and a minute.</param>
/// <param name="time">Whose clock.</param>
internal sealed class AddressBudget(int perMinute, TimeProvider time)
{
    // About 2 MB. Whoever comes with more than these within a minute shares one budget with everybody who comes after them.
    private const int MaxAddresses = 16_384;

    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, (double Used, long At)> _known = [];
    private long _swept = time.GetTimestamp();

    /// <summary>Takes one from an address's budget.</summary>
    /// <returns>How long to wait for the next one when it is used up; null when there was one.</returns>
    public TimeSpan? Take(IPAddress address)
    {
        lock (_lock)
        {
            address = Room(address);
            double used = Used(address) + 1;
            if (used > perMinute)
                return TimeSpan.FromMinutes((used - perMinute) / perMinute);
            _known[address] = (used, time.GetTimestamp());
            return null;
        }
    }

    /// <summary>Gives one back: it did not count.</summary>
    public void Return(IPAddress address)
    {
        lock (_lock)
        {
            address = Room(address);
            _known[address] = (Math.Max(0, Used(address) - 1), time.GetTimestamp());
        }
    }

    private double Used(IPAddress address) => _known.TryGetValue(address, out var budget)
        ? Math.Max(0, budget.Used - (time.GetElapsedTime(budget.At).TotalMinutes * perMinute))
        : 0;

    private IPAddress Room(IPAddress address)
    {
        if (_known.Count < MaxAddresses || _known.ContainsKey(address))
            return address;
        if (time.GetElapsedTime(_swept) >= Sweep)
        {
            _swept = time.GetTimestamp();
            foreach (var idle in _known.Keys.Where(a => Used(a) == 0).ToList())
                _known.Remove(idle);
        }

        return _known.Count < MaxAddresses ? address : IPAddress.None;
    }
}
