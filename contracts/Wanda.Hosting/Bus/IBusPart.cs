using MassTransit;

namespace Wanda.Hosting;

/// <summary>What a room brings to its process's bus. One process has one bus, whichever rooms live in it.</summary>
public interface IBusPart
{
    /// <summary>Registers consumers.</summary>
    void Register(IBusRegistrationConfigurator bus);

    /// <summary>Makes the queues that they listen to; use <see cref="BusQueues.WandaQueue"/>.</summary>
    void Configure(IBusRegistrationContext context, ISqlBusFactoryConfigurator bus);
}
