using MassTransit;

namespace Wanda.Hosting;

/// <summary>How every queue of the pipeline is set up.</summary>
public static class BusQueues
{
    /// <summary>
    /// A durable queue with persisted redelivery: what fails comes back for as long as it takes, and only a <see cref="PoisonException"/>
    /// ends in the error queue (law 4).
    /// </summary>
    /// <param name="bus">The bus.</param>
    /// <param name="context">Where consumers come from.</param>
    /// <param name="name">One of <see cref="QueueNames"/>.</param>
    /// <param name="atOnce">Messages worked on at once.</param>
    /// <param name="configure">Connects the consumers.</param>
    public static void WandaQueue(
        this ISqlBusFactoryConfigurator bus, IBusRegistrationContext context, string name, int atOnce,
        Action<ISqlReceiveEndpointConfigurator> configure) =>
        bus.ReceiveEndpoint(name, endpoint =>
        {
            endpoint.ConcurrentMessageLimit = atOnce;
            // Few at a time: a frame takes seconds, and what is prefetched by a process that dies waits for its lock to end.
            endpoint.PrefetchCount = atOnce * 2;
            // What a consumer publishes is committed together with its acknowledgement: one flush in place of two. That is safe because
            // each consumer publishes last, and does so again when its message comes again.
            endpoint.PublishWithAcknowledgement();
            endpoint.MaxDeliveryCount = int.MaxValue;
            endpoint.UseConsumeFilter(typeof(PersistedRedelivery<>), context);
            configure(endpoint);
        });
}
