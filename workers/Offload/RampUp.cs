namespace Wanda.Workers.Offload;

/// <summary>
/// How many may work at once at a destination that was down: one, and when it is through two, then four, up to all. A server that has just
/// come back is not met by everything that waited for it.
/// </summary>
internal sealed class RampUp
{
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private readonly int _all;
    private int _allowed;
    private int _inside;

    /// <param name="all">How many may while nothing is wrong.</param>
    public RampUp(int all) => _all = _allowed = all;

    /// <summary>How many may work at once now.</summary>
    public int Allowed
    {
        get
        {
            lock (_lock)
                return _allowed;
        }
    }

    /// <summary>Waits for a place. <see cref="Leave"/> gives it back.</summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource place;
        lock (_lock)
        {
            if (_inside < _allowed)
            {
                _inside++;
                return;
            }

            _waiting.Enqueue(place = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        await using var given = cancellationToken.Register(() => place.TrySetCanceled(cancellationToken));
        await place.Task;
    }

    /// <summary>Gives a place back, and lets in who may come.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            _inside--;
            Admit();
        }
    }

    /// <summary>It is down, or was when we started: one at a time.</summary>
    public void Narrow()
    {
        lock (_lock)
            _allowed = 1;
    }

    /// <summary>One is through: twice as many may.</summary>
    public void Widen()
    {
        lock (_lock)
        {
            _allowed = Math.Min(_all, _allowed * 2);
            Admit();
        }
    }

    private void Admit()
    {
        while (_inside < _allowed && _waiting.TryDequeue(out var next))
        {
            // False when the caller was cancelled while it waited: the place goes to the next one.
            if (next.TrySetResult())
                _inside++;
        }
    }
}
