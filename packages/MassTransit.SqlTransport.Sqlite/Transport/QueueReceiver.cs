using System.Collections.Concurrent;
using MassTransit.SqlTransport.Sqlite.Queues;
using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Transport;

/// <summary>
/// What a bus knows about a queue between two fetches: up to which signal it has looked, and when something becomes due. It lets a receiver
/// that asks again for no reason (MassTransit asks after every handled message) go without touching the file.
/// </summary>
internal sealed class QueueReceiver(string queue, Action<QueueReceiver> identified)
{
    private static readonly TimeSpan TouchInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);
    private static readonly TimeSpan StopInterval = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentQueue<SqlTransportMessage> _again = new();
    private SignalState _seen;
    private long? _nextDue;
    private bool _empty;
    private bool _failing;
    private long _touched;
    private volatile bool _stops;

    public long? QueueId { get; private set; }

    public InFlight InFlight { get; } = new();

    /// <summary>A message that waited (see <see cref="Transport.InHand"/>) can be had.</summary>
    public void Again(QueueFile file, SqlTransportMessage message)
    {
        _again.Enqueue(message);
        file.Signal(QueueId!.Value).Raise();
    }

    /// <summary>The messages that have waited.</summary>
    public List<SqlTransportMessage> TakeAgain()
    {
        List<SqlTransportMessage> messages = [];
        while (_again.TryDequeue(out var message))
            messages.Add(message);
        return messages;
    }

    /// <summary>Its endpoint runs, or stops: then nothing more is fetched, and nobody has to wait.</summary>
    public void Run(QueueFile file, bool runs)
    {
        _stops = !runs;
        if (_stops && QueueId is { } id)
            file.Signal(id).Doubt();
    }

    /// <summary>Whether a fetch can bring anything.</summary>
    public async Task<bool> HasReasonAsync(QueueFile file, CancellationToken cancellationToken)
    {
        if (_stops)
            return false;
        if (QueueId is not { } id || !_empty || _failing)
            return true;
        var state = file.Signal(id).State;
        if (state.Raised != _seen.Raised || _nextDue <= file.Time.Milliseconds() || file.ClockWasSet)
            return true;
        if (state == _seen)
            return false;
        // The file has changed, and a signal may have been lost: look, without taking the writers' lock.
        (var ready, _nextDue) = await file.ReadAsync(connection => Look(connection, id), cancellationToken).ConfigureAwait(false);
        _seen = state;
        return ready || _nextDue <= file.Time.Milliseconds();
    }

    public async Task<Fetched> FetchAsync(QueueFile file, FetchRequest request, CancellationToken cancellationToken)
    {
        await file.ListenAsync().ConfigureAwait(false);
        SignalState? seen = QueueId is { } id ? file.Signal(id).State : null;
        if (file.Time.GetElapsedTime(_touched) > TouchInterval)
        {
            request = request with { Touch = true };
            _touched = file.Time.GetTimestamp();
        }

        var fetched = await file.WriteRelaxedAsync(transaction => Fetching.Fetch(transaction, request),
            cancellationToken).ConfigureAwait(false);
        if (QueueId != fetched.QueueId)
        {
            // First fetch, or the queue was deleted and made again.
            QueueId = fetched.QueueId;
            seen = null;
            identified(this);
        }

        _failing = false;
        _seen = seen ?? default;
        _nextDue = fetched.NextDue;
        _empty = fetched.Messages.Count == 0 && seen is not null;
        return fetched;
    }

    /// <summary>A fetch has failed.</summary>
    /// <returns>True for the first of several in a row, the one to tell of.</returns>
    public bool Failed()
    {
        var first = !_failing;
        _failing = true;
        return first;
    }

    /// <summary>Waits until there may be something to fetch. The timeout is the polling interval.</summary>
    public async Task WaitAsync(QueueFile file, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (_stops)
        {
            // MassTransit is about to say so to the receiver, which asks until then.
            await Task.Delay(StopInterval, file.Time, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (QueueId is not { } id || !_empty || _failing || file.ClockWasSet)
            return;
        file.WatchEvery(timeout);
        await file.Signal(id).WaitAsync(_seen, UntilDue(file.Time), file.Time, cancellationToken).ConfigureAwait(false);
    }

    public override string ToString() => queue;

    private TimeSpan UntilDue(TimeProvider time)
    {
        if (_nextDue is not { } due)
            return Timeout.InfiniteTimeSpan;
        var wait = Clock.ToTime(due) - time.GetUtcNow();
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait < LongestTimer ? wait : LongestTimer;
    }

    private static (bool Ready, long? NextDue) Look(SqliteConnection connection, long queue)
    {
        var statement = connection.Statement(Sql.Look).Bind(1, queue);
        statement.Step();
        var found = (statement.Int32(0) == 1, statement.IsNull(1) ? (long?)null : statement.Int64(1));
        statement.Reset();
        return found;
    }
}
