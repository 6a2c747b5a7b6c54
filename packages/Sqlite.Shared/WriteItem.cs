using Microsoft.Data.Sqlite;

namespace Sqlite.Shared;

/// <summary>One piece of writing on its way to the writer thread. It can be withdrawn until the writer has begun it.</summary>
internal abstract class WriteItem
{
    private const int Queued = 0, Begun = 1, Withdrawn = 2;
    private int _state;

    /// <summary>When it was queued (<see cref="TimeProvider.GetTimestamp"/>).</summary>
    public long QueuedAt { get; init; }

    /// <summary>Whether the caller waits for the disk as well; false is for what a power cut may undo without harm.</summary>
    public bool Durable { get; init; }

    /// <summary>Whether it waits for another write to go along with.</summary>
    public bool Along { get; init; }

    /// <summary>False when the caller has withdrawn it.</summary>
    public bool TryBegin() => Interlocked.CompareExchange(ref _state, Begun, Queued) == Queued;

    public abstract void Run(SqliteConnection connection);

    /// <summary>The transaction is on disk: tell the caller.</summary>
    public abstract void Committed();

    public abstract void Failed(Exception error);

    protected bool TryWithdraw() => Interlocked.CompareExchange(ref _state, Withdrawn, Queued) == Queued;
}

/// <summary>A piece of writing with its result.</summary>
internal sealed class WriteItem<T> : WriteItem
{
    // Continuations run elsewhere: the writer thread belongs to the file.
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<SqliteConnection, T> _work;
    private readonly CancellationTokenRegistration _cancellation;
    private T _result = default!;

    public WriteItem(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        _work = work;
        _cancellation = cancellationToken.UnsafeRegister(
            static (item, cancellationToken) => ((WriteItem<T>)item!).Cancel(cancellationToken), this);
    }

    public Task<T> Completion => _completion.Task;

    public override void Run(SqliteConnection connection) => _result = _work(connection);

    public override void Committed()
    {
        _cancellation.Unregister();
        _completion.TrySetResult(_result);
    }

    public override void Failed(Exception error)
    {
        _cancellation.Unregister();
        if (Along)
            _completion.TrySetResult(_result); // nobody waits, and nobody would look at the error
        else
            _completion.TrySetException(error);
    }

    private void Cancel(CancellationToken cancellationToken)
    {
        if (TryWithdraw())
            _completion.TrySetCanceled(cancellationToken);
    }
}
