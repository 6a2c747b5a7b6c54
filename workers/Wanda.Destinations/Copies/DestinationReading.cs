using Microsoft.Extensions.DependencyInjection;
using Wanda.Catalog;
using Wanda.Destinations.Copies;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations;

/// <summary>
/// Puts the destinations into a process as places to read copies from, of whichever kind they are; no workers are needed.
/// </summary>
public static class DestinationReading
{
    /// <summary>
    /// Adds an <see cref="ICopySource"/> a destination, in the order of the configuration. Takes a <c>Catalogue</c> from the container.
    /// </summary>
    public static IServiceCollection AddDestinationCopies(this IServiceCollection services, WandaOptions options, TimeProvider time)
    {
        var none = new NoBlocks();
        var factory = new DestinationFactory(new DestinationTools(options, none, new ReadBack(new OwnNodes(none, []), time), time));
        foreach (var destination in options.Destinations)
        {
            services.AddSingleton<ICopySource>(
                provider => new DestinationCopies(destination, factory, provider.GetRequiredService<Catalogue>(), time));
        }

        return services;
    }
}
