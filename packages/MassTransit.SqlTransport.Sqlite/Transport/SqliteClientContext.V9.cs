#if MASSTRANSIT_9
namespace MassTransit.SqlTransport.Sqlite.Transport;

/// <summary>All that MassTransit 9 asks for beyond version 8.</summary>
internal sealed partial class SqliteClientContext
{
    /// <summary>Nothing is archived: a finished message is deleted, as it is in version 8.</summary>
    public override Task<bool> ArchiveMessage(Guid lockId, long messageDeliveryId) => DeleteMessage(lockId, messageDeliveryId);

    /// <summary>Nothing to prepare: a receiver finds its queue at the first fetch.</summary>
    public override Task ReceiveEndpointStarted(long queueId, ReceiveSettings settings) => Task.CompletedTask;
}
#endif
