using MassTransit.SqlTransport.Sqlite.Transport;

namespace MassTransit;

/// <summary>What only this transport offers to a receive endpoint.</summary>
public static class SqliteReceiveEndpointExtensions
{
    /// <summary>
    /// What the endpoint's consumers publish and send gets to the disk with the acknowledgement of the message that they consume, at the
    /// latest: the consumer waits for the disk once, not twice. The acknowledgement is never there without it; after a power cut the
    /// message comes again, and what was published may be there or not. For consumers that do nothing after a publish which would keep them
    /// from publishing again. Without effect when nothing waits for the disk (<see cref="SqliteSynchronous.Normal"/>).
    /// </summary>
    /// <param name="endpoint">The endpoint.</param>
    public static void PublishWithAcknowledgement(this ISqlReceiveEndpointConfigurator endpoint)
    {
        endpoint.ConfigurePublish(pipe => pipe.UseExecute(WithAcknowledgement.Mark));
        endpoint.ConfigureSend(pipe => pipe.UseExecute(WithAcknowledgement.Mark));
    }
}
