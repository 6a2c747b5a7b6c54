using MassTransit.SqlTransport.Sqlite.Queues;
using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Transport;

/// <summary>
/// What a bus knows about a queue between two fetches: up to which signal it has looked, and when something becomes due. It lets a receiver that
/// asks again for no reason (MassTransit asks after every handled message) go without touching the file.
/// </summary>
internal sealed class QueueReceiver(string queue, Action<QueueReceiver> identified)
{
    private static readonly TimeSpan TouchInterval = TimeSpan.FromSeconds(1);

    private long _seen = -1;
    private long? _nextDue;
    private bool _empty;
    private bool _timedOut;
    private bool _failing;
    private long _touched;

    public long? QueueId { get; private set; }

    /// <summary>Whether a fetch can bring anything.</summary>
    public async Task<bool> HasReasonAsync(QueueFile file, CancellationToken ct)
    {
        if (QueueId is not { } id || !_empty || file.Signal(id).Version != _seen || _nextDue <= file.Time.Milliseconds())
            return true;
        if (!_timedOut)
            return false;
        // After a whole interval without a signal, one may have been lost: look, without taking the writers' lock.
        _timedOut = false;
        return await file.ReadAsync(connection => HasWork(connection, id, file.Time.Milliseconds()), ct);
    }

    public async Task<Fetched> FetchAsync(QueueFile file, FetchRequest request, CancellationToken ct)
    {
        await file.ListenAsync();
        var seen = QueueId is { } id ? file.Signal(id).Version : -1;
        if (file.Time.GetElapsedTime(_touched) > TouchInterval)
        {
            request = request with { Touch = true };
            _touched = file.Time.GetTimestamp();
        }
        var fetched = await file.WriteRelaxedAsync(transaction => Fetching.Fetch(transaction, request), ct);
        if (QueueId != fetched.QueueId)
        {
            // First fetch, or the queue was deleted and made again.
            QueueId = fetched.QueueId;
            seen = -1;
            identified(this);
        }
        _failing = false;
        _seen = seen;
        _nextDue = fetched.NextDue;
        _empty = fetched.Messages.Count == 0 && seen >= 0;
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

    public async Task WaitAsync(QueueFile file, TimeSpan timeout, CancellationToken ct)
    {
        if (_nextDue is { } due)
        {
            var untilDue = TimeSpan.FromMilliseconds(Math.Max(0, due - file.Time.Milliseconds()));
            timeout = untilDue < timeout ? untilDue : timeout;
        }
        if (timeout > TimeSpan.Zero && QueueId is { } id)
            _timedOut = !await file.Signal(id).WaitAsync(_seen, timeout, file.Time, ct) && !ct.IsCancellationRequested;
    }

    public override string ToString() => queue;

    private static bool HasWork(SqliteConnection connection, long queue, long now)
    {
        var statement = connection.Statement(Sql.HasWork).Bind(1, queue).Bind(2, now);
        statement.Step();
        var has = statement.Int32(0) == 1;
        statement.Reset();
        return has;
    }
}
