namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>What a fetch brought.</summary>
/// <param name="QueueId">The queue.</param>
/// <param name="Messages">The messages, locked, in the order of delivery.</param>
/// <param name="Interrupted">Those among them whose lock has ended before (see <see cref="Attempt"/>).</param>
/// <param name="Unreadable">What could not be read, and why: it is among the dead letters now.</param>
/// <param name="NextDue">
/// When there will be something to fetch, as far as is known now; null when only a new message can bring something.
/// </param>
internal sealed record Fetched(
    long QueueId, List<SqlTransportMessage> Messages, List<long> Interrupted, List<(long Id, string Defect)> Unreadable, long? NextDue);

/// <summary>What a receiver asks for.</summary>
internal sealed record FetchRequest
{
    public required string Queue { get; init; }
    public required Guid ConsumerId { get; init; }
    public required int Limit { get; init; }
    public required TimeSpan LockDuration { get; init; }
    public SqlReceiveMode Mode { get; init; }

    /// <summary>Marks a temporary queue as in use; not needed at every fetch.</summary>
    public bool Touch { get; init; }

    /// <summary>How many messages of one partition may be in flight; matters in the partitioned modes.</summary>
    public int ConcurrentPerPartition { get; init; } = 1;
}
