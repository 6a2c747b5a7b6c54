namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>How a queue file is opened.</summary>
internal sealed record QueueFileOptions(string Path)
{
    public bool SynchronousFull { get; init; } = true;

    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public int PageSize { get; init; } = 4096;
}
