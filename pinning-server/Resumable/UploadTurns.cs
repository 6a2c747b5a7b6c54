namespace Wanda.PinningServer;

/// <summary>
/// One request at a time works on an upload, and a newer one ends the older: who asks again has lost the line on which it was sending,
/// which this end may notice minutes later.
/// </summary>
internal sealed class UploadTurns
{
    // What came before the line broke is still being read from the buffers of the system, megabytes of it on a fast line.
    private static readonly TimeSpan Afterwards = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue> _queues = new(StringComparer.Ordinal);

    /// <summary>Ends the turn that somebody has, waits until it is given back, and takes it.</summary>
    public async Task<Turn> TakeAsync(string id, CancellationToken cancellationToken)
    {
        Queue queue;
        lock (_lock)
        {
            queue = _queues.TryGetValue(id, out var known) ? known : _queues[id] = new Queue();
            queue.Users++;
            queue.Turn?.End();
        }

        try
        {
            await queue.Gate.WaitAsync(cancellationToken);
        }
        catch
        {
            Leave(id, queue);
            throw;
        }

        lock (_lock)
        {
            var turn = queue.Turn = new Turn(this, id);
            if (queue.Users > 1)
                turn.End(); // A newer request for this upload waits already: this one gets a moment to read what is in buffers, and ends.
            return turn;
        }
    }

    private void GiveBack(string id)
    {
        Queue queue;
        lock (_lock)
        {
            queue = _queues[id];
            queue.Turn = null;
        }

        queue.Gate.Release();
        Leave(id, queue);
    }

    private void Leave(string id, Queue queue)
    {
        lock (_lock)
        {
            if (--queue.Users == 0)
                _queues.Remove(id);
        }
    }

    private sealed class Queue
    {
        public SemaphoreSlim Gate { get; } = new(1);
        public int Users { get; set; }
        public Turn? Turn { get; set; }
    }

    internal sealed class Turn(UploadTurns turns, string id) : IDisposable
    {
        private readonly CancellationTokenSource _ended = new();

        /// <summary>A newer request waits, and has waited long enough for what is still in buffers.</summary>
        public CancellationToken Ended => _ended.Token;

        public void End() => _ended.CancelAfter(Afterwards);

        public void Dispose()
        {
            turns.GiveBack(id);
            _ended.Dispose();
        }
    }
}
