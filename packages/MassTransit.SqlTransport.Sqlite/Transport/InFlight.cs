using MassTransit.SqlTransport.Sqlite.Queues;

namespace MassTransit.SqlTransport.Sqlite.Transport;

/// <summary>
/// The messages of a queue that its consumers have in hand. Once every place is taken, MassTransit's receiver blocks a thread until all are
/// free again (or for 100 ms), and a queue with a backlog goes in jerks. So as long as consumers are quick, some places stay free, and the
/// next batch comes when half of the others are: then messages are read, consumed and acknowledged at the same time.
/// </summary>
internal sealed class InFlight
{
    private const int FewestPlaces = 16; // with fewer, each counts
    private const int MostPasses = 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private readonly QueueSignal _sunk = new();
    private int _count;
    private int _places;
    private bool _backlog;
    private int _passes = 1;
    private int _passesLeft;

    private int Count => Volatile.Read(ref _count);

    private int Half => _places / 2;

    // Few: each is a message that is not in hand. None would be the last place taken.
    private int Spare => Math.Max(1, _places / 32);

    /// <summary>
    /// How many to fetch. It may be more than what was asked, for places that came free meanwhile; never more than all the places.
    /// </summary>
    public async Task<int> LimitAsync(int asked, TimeProvider time, CancellationToken cancellationToken)
    {
        _places = Math.Max(_places, asked);
        if (!_backlog || _places < FewestPlaces)
            return asked;
        if (_passesLeft > 0)
        {
            _passesLeft--;
            return asked;
        }

        var seen = _sunk.State;
        if (Count > Half)
        {
            await _sunk.WaitAsync(seen, Patience, time, cancellationToken).ConfigureAwait(false);
            _passes = Count > Half ? Math.Min(2 * _passes, MostPasses) : 1;
        }

        if (Count <= Half)
            return Math.Max(1, _places - Spare - Count);
        // Consumers are slow, or wait for a whole batch: they get every place, and are seldom tried again.
        _passesLeft = _passes;
        return asked;
    }

    public void Fetched(int count, int limit)
    {
        Interlocked.Add(ref _count, count);
        _backlog = count == limit;
    }

    public void Finished()
    {
        if (Interlocked.Decrement(ref _count) == Half)
            _sunk.Raise();
    }
}
