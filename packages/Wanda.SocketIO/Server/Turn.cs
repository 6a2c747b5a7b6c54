namespace Wanda.SocketIO.Server;

/// <summary>What only one may do at a time; the next is not kept waiting, but refused.</summary>
internal sealed class Turn
{
    private int _taken;

    /// <summary>Null when somebody else is at it; otherwise to be disposed when done.</summary>
    public IDisposable? TryEnter() => Interlocked.Exchange(ref _taken, 1) == 0 ? new Taken(this) : null;

    private sealed class Taken(Turn turn) : IDisposable
    {
        public void Dispose() => Interlocked.Exchange(ref turn._taken, 0);
    }
}
