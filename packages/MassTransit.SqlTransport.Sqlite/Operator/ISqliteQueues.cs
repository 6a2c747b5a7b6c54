namespace MassTransit.SqlTransport.Sqlite;

/// <summary>
/// What an operator, or a program on an operator's behalf, may see of the queues in a file and do to them. It needs no bus: take it from
/// the container that <c>UsingSqlite</c> or <c>AddSqliteQueues</c> filled, or construct <see cref="SqliteQueues"/> from a path. Every
/// change is on disk when its task completes, and holds for every process that uses the file.
/// </summary>
/// <remarks>
/// All members throw <see cref="SqliteTransportException"/> when the file cannot be opened, read or written; an
/// <see cref="ArgumentException"/> for a wrong argument, an <see cref="OperationCanceledException"/> when they were cancelled, an
/// <see cref="ObjectDisposedException"/> after the end of <see cref="SqliteQueues"/>.
/// </remarks>
public interface ISqliteQueues
{
    /// <summary>
    /// Every queue with its counts, ordered by name. Counting walks index entries: about 10 ms for each 100,000 messages.
    /// </summary>
    Task<IReadOnlyList<SqliteQueueInfo>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>One queue with its counts.</summary>
    /// <returns>Null when the file holds no queue of that name.</returns>
    Task<SqliteQueueInfo?> FindAsync(string queue, CancellationToken cancellationToken = default);

    /// <summary>
    /// Looks at messages without taking them: ready ones in the order in which they will be delivered, in-flight and scheduled ones by
    /// their time, the others in the order of their arrival.
    /// </summary>
    /// <param name="queue">The queue's name, without <c>_error</c> or <c>_skipped</c>.</param>
    /// <param name="part">Which of its messages.</param>
    /// <param name="limit">At most this many, 1 to 1000.</param>
    /// <param name="offset">How many to leave out first, for paging.</param>
    /// <param name="cancellationToken">Interrupts the read.</param>
    Task<IReadOnlyList<SqliteQueuedMessage>> PeekAsync(string queue, SqliteQueuePart part, int limit = 20, int offset = 0,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// Sends messages from <see cref="SqliteQueuePart.Error"/>, <see cref="SqliteQueuePart.Skipped"/> or
    /// <see cref="SqliteQueuePart.DeadLetter"/> back to the queue they came from, oldest first, with a fresh delivery count and without the
    /// headers of their fault.
    /// </summary>
    /// <param name="queue">The queue's name.</param>
    /// <param name="part">Where they are now: error, skipped or dead letter.</param>
    /// <param name="limit">At most this many; null (default) for all that are there now.</param>
    /// <param name="perSecond">
    /// Spreads them out: message n becomes ready n / <paramref name="perSecond"/> seconds from now. Null (default): all at once.
    /// </param>
    /// <param name="cancellationToken">Stops between batches; what has been sent back stays so.</param>
    /// <returns>How many went back.</returns>
    Task<int> RequeueAsync(string queue, SqliteQueuePart part, int? limit = null, double? perSecond = null,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes what is <see cref="SqliteQueuePart.Scheduled"/> ready sooner, the next one first: a redelivery no longer waits out its delay.
    /// Nothing comes later than it would have, and the counts of its deliveries and redeliveries stay.
    /// </summary>
    /// <param name="queue">The queue's name.</param>
    /// <param name="limit">At most this many; null (default) for all that are there now.</param>
    /// <param name="perSecond">
    /// Spreads them out: message n becomes ready n / <paramref name="perSecond"/> seconds from now. Null (default): all at once.
    /// </param>
    /// <param name="cancellationToken">Stops between batches; what has been brought forward stays so.</param>
    /// <returns>How many come sooner.</returns>
    Task<int> BringForwardAsync(string queue, int? limit = null, double? perSecond = null, CancellationToken cancellationToken = default);

    /// <summary>Sends one message back to the queue it came from.</summary>
    /// <param name="queue">The queue's name.</param>
    /// <param name="deliveryId"><see cref="SqliteQueuedMessage.DeliveryId"/>.</param>
    /// <param name="cancellationToken">Withdraws the request while it is queued.</param>
    /// <returns>False when it is no longer among the error, skipped or dead-letter messages of that queue.</returns>
    Task<bool> RequeueAsync(string queue, long deliveryId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes the messages of one part of a queue. Deleting <see cref="SqliteQueuePart.InFlight"/> does not stop the consumers that hold
    /// them.
    /// </summary>
    /// <returns>How many were deleted.</returns>
    Task<int> PurgeAsync(string queue, SqliteQueuePart part, CancellationToken cancellationToken = default);

    /// <summary>
    /// Stops the receivers of every process from fetching from the queue, from this moment and across restarts; messages they already hold
    /// are finished. Sending to the queue goes on. Pausing a paused queue replaces reason and time. A queue that does not exist yet is
    /// created.
    /// </summary>
    /// <param name="queue">The queue's name.</param>
    /// <param name="reason">Why, in the operator's words; shown by <see cref="SqliteQueueInfo.Paused"/>.</param>
    /// <param name="until">When it resumes by itself; null (default): only by <see cref="ResumeAsync"/>.</param>
    /// <param name="cancellationToken">Withdraws the request while it is queued.</param>
    Task PauseAsync(string queue, string reason, DateTimeOffset? until = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// As <see cref="PauseAsync(string, string, DateTimeOffset?, CancellationToken)"/>, with a code that programs tell it by.
    /// </summary>
    /// <param name="queue">The queue's name.</param>
    /// <param name="reason">Why, in words.</param>
    /// <param name="until">When it resumes by itself; null: only by <see cref="ResumeAsync"/>.</param>
    /// <param name="code">The application's own; kept as it is in <see cref="SqliteQueuePause.Code"/>. Null: none.</param>
    /// <param name="cancellationToken">Withdraws the request while it is queued.</param>
    Task PauseAsync(string queue, string reason, DateTimeOffset? until, string? code, CancellationToken cancellationToken = default);

    /// <summary>Lets the receivers fetch again; they are woken at once.</summary>
    /// <returns>False when the queue was not paused.</returns>
    Task<bool> ResumeAsync(string queue, CancellationToken cancellationToken = default);

    /// <summary>
    /// Whether the queue holds a message with that correlation id that is ready, in flight or scheduled (not in error, skipped or dead
    /// letter).
    /// </summary>
    Task<bool> ContainsAsync(string queue, Guid correlationId, CancellationToken cancellationToken = default);

    /// <summary>
    /// As <see cref="ContainsAsync(string, Guid, CancellationToken)"/>, and in one look with those that failed: a message on its way from
    /// one place to the other is not missed.
    /// </summary>
    /// <param name="queue">The queue.</param>
    /// <param name="correlationId">The message's correlation id.</param>
    /// <param name="orFailed">Whether a message in error or dead letter counts too.</param>
    /// <param name="cancellationToken">Ends the wait for the file.</param>
    Task<bool> ContainsAsync(string queue, Guid correlationId, bool orFailed, CancellationToken cancellationToken = default);
}
