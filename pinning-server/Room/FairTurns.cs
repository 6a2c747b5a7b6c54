namespace Wanda.PinningServer;

/// <summary>
/// Work that only so much of goes on at once, shared between nodes: who waits has its turn after one of each other node that waits, however
/// many requests those have, and long work lets the others in between.
/// </summary>
/// <param name="atOnce">How many go on at once.</param>
/// <param name="ofNode">How many a node may have, going on and waiting; more get 429.</param>
internal sealed class FairTurns(int atOnce, int ofNode)
{
    private static readonly TimeSpan ComeBack = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _here = new(StringComparer.Ordinal);

    // Nodes that wait, in the order of their turns, each with those of its requests that do.
    private readonly LinkedList<(string Node, LinkedList<TaskCompletionSource> Waiting)> _queue = [];
    private int _free = atOnce;

    /// <summary>
    /// A place among those that wait; taken before a request's body is read, so that no node fills the memory with bodies.
    /// </summary>
    /// <exception cref="ApiException">429: the node has so many already.</exception>
    public Place Enter(Node node)
    {
        lock (_lock)
        {
            int here = _here.GetValueOrDefault(node.Name);
            if (here >= ofNode)
            {
                throw new ApiException(429, "TOO_MANY_REQUESTS",
                    $"{here} such requests of yours are under way; wait for one to end.", ComeBack);
            }

            _here[node.Name] = here + 1;
            return new Place(this, node.Name);
        }
    }

    private Task WaitAsync(string node, CancellationToken cancellationToken)
    {
        TaskCompletionSource turn;
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return Task.CompletedTask;
            }

            turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
            var own = _queue.FirstOrDefault(q => q.Node == node).Waiting;
            if (own is null)
                _queue.AddLast((node, own = []));
            own.AddLast(turn);
        }

        return WaitAsync(node, turn, cancellationToken);
    }

    private async Task WaitAsync(string node, TaskCompletionSource turn, CancellationToken cancellationToken)
    {
        using var cancelled = cancellationToken.Register(() =>
        {
            lock (_lock)
            {
                // Not when its turn has come meanwhile: it is its own then, to be given back.
                if (_queue.FirstOrDefault(q => q.Node == node).Waiting?.Remove(turn) == true)
                    turn.TrySetCanceled(cancellationToken);
            }
        });
        await turn.Task;
    }

    /// <summary>Gives a turn to the next node, which goes to the end of the queue if it has more.</summary>
    private void Next()
    {
        lock (_lock)
        {
            while (_queue.First is { } first)
            {
                _queue.RemoveFirst();
                if (first.Value.Waiting.First is not { } next)
                    continue;
                first.Value.Waiting.RemoveFirst();
                if (first.Value.Waiting.Count > 0)
                    _queue.AddLast(first);
                next.Value.SetResult();
                return;
            }

            _free++;
        }
    }

    private void Leave(string node)
    {
        lock (_lock)
        {
            if (--_here[node] == 0)
                _here.Remove(node);
        }
    }

    /// <summary>A request's place; disposed at its end.</summary>
    internal sealed class Place(FairTurns turns, string node) : IDisposable
    {
        private bool _hasTurn;

        /// <summary>Waits for the turn.</summary>
        public async Task TakeTurnAsync(CancellationToken cancellationToken)
        {
            await turns.WaitAsync(node, cancellationToken);
            _hasTurn = true;
        }

        /// <summary>Lets others go first, if any wait.</summary>
        public async Task YieldAsync(CancellationToken cancellationToken)
        {
            _hasTurn = false;
            turns.Next();
            await TakeTurnAsync(cancellationToken);
        }

        public void Dispose()
        {
            if (_hasTurn)
                turns.Next();
            _hasTurn = false;
            turns.Leave(node);
        }
    }
}
