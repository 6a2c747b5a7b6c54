namespace Wanda.PinningServer;

/// <summary>
/// One request at a time works on an upload, and a newer one of the same node ends the older: who asks again has lost the line on which it
/// was sending, which this end may notice minutes later. What another node asks by the same id has a turn of its own, and ends nothing.
/// </summary>
internal sealed class UploadTurns
{
    // What came before the line broke is still being read from the buffers of the system, megabytes of it on a fast line.
    private static readonly TimeSpan Afterwards = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Node, string Id), Queue> _queues = [];

    /// <summary>Ends the turn that somebody has, waits until it is given back, and takes it.</summary>
    public async Task<Turn> TakeAsync(string node, string id, CancellationToken cancellationToken)
    {
        var key = (node, id);
        Queue queue;
        lock (_lock)
        {
            queue = _queues.TryGetValue(key, out var known) ? known : _queues[key] = new Queue();
            queue.Users++;
            queue.Turn?.End();
        }

        try
        {
            await queue.Gate.WaitAsync(cancellationToken);
        }
        catch
        {
            Leave(key, queue);
            throw;
        }

        lock (_lock)
        {
            var turn = queue.Turn = new Turn(this, key);
            if (queue.Users > 1)
                turn.End(); // A newer request for this upload waits already: this one gets a moment to read what is in buffers, and ends.
            return turn;
        }
    }

    private void GiveBack((string Node, string Id) key)
    {
        Queue queue;
        lock (_lock)
        {
            queue = _queues[key];
            queue.Turn = null;
        }

        queue.Gate.Release();
        Leave(key, queue);
    }

    private void Leave((string Node, string Id) key, Queue queue)
    {
        lock (_lock)
        {
            if (--queue.Users == 0)
                _queues.Remove(key);
        }
    }

    private sealed class Queue
    {
        public SemaphoreSlim Gate { get; } = new(1);
        public int Users { get; set; }
        public Turn? Turn { get; set; }
    }

    internal sealed class Turn(UploadTurns turns, (string Node, string Id) key) : IDisposable
    {
        private readonly CancellationTokenSource _ended = new();

        /// <summary>A newer request waits, and has waited long enough for what is still in buffers.</summary>
        public CancellationToken Ended => _ended.Token;

        public void End() => _ended.CancelAfter(Afterwards);

        public void Dispose()
        {
            turns.GiveBack(key);
            _ended.Dispose();
        }
    }
}
