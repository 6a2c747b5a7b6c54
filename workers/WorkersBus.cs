using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Workers.Discard;
using Wanda.Workers.IpfsAdd;
using Wanda.Workers.IpnsPublish;
using Wanda.Workers.Offload;
using Wanda.Workers.Release;
using Wanda.Workers.SessionArchive;
using Wanda.Workers.Thumbnail;

namespace Wanda.Workers;

/// <summary>The workers' queues: one a consumer, and one a destination, so that one that is down delays nobody else.</summary>
internal sealed class WorkersBus(WandaOptions options) : IBusPart
{
    public void Register(IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<ThumbnailConsumer>();
        bus.AddConsumer<IpfsAddConsumer>();
        bus.AddConsumer<ReleaseConsumer>();
        bus.AddConsumer<SessionArchiveConsumer>();
        bus.AddConsumer<IpnsPublishConsumer>();
    }

    public void Configure(IBusRegistrationContext context, ISqlBusFactoryConfigurator bus)
    {
        // A preview and a hash are one core's work each; more at once would only make a Pi swap.
        bus.WandaQueue(context, QueueNames.Thumbnail, 1, e => e.ConfigureConsumer<ThumbnailConsumer>(context));
        bus.WandaQueue(context, QueueNames.IpfsAdd, 1, e => e.ConfigureConsumer<IpfsAddConsumer>(context));
        // One at a time by design: what these do is ordered (a directory after a directory, a name after a name).
        bus.WandaQueue(context, QueueNames.Release, 1, e => e.ConfigureConsumer<ReleaseConsumer>(context));
        bus.WandaQueue(context, QueueNames.SessionArchive, 1, e => e.ConfigureConsumer<SessionArchiveConsumer>(context));
        bus.WandaQueue(context, QueueNames.IpnsPublish, 1, e => e.ConfigureConsumer<IpnsPublishConsumer>(context));
        foreach (var destination in options.Destinations)
            Offload(context, bus, destination);
    }

    private static void Offload(IBusRegistrationContext context, ISqlBusFactoryConfigurator bus, DestinationOptions options)
    {
        var destination = context.GetRequiredService<DestinationSet>().All.Single(d => d.Name == options.Name);
        var consumer = new OffloadConsumer(
            destination, context.GetRequiredService<Catalogue>(), context.GetRequiredService<StorageRoot>(),
            context.GetRequiredService<IIpfsNode>(), context.GetRequiredService<FrameFiles>(),
            context.GetRequiredService<JournalWriter>(), context.GetRequiredService<ReleaseNews>(),
            context.GetRequiredService<ILogger<OffloadConsumer>>());
        var unpin = new UnpinConsumer(destination, context.GetRequiredService<Catalogue>());
        bus.WandaQueue(context, QueueNames.Offload(options.Name), options.Concurrency, e =>
        {
            e.Instance(consumer);
            e.Instance(unpin);
        });
    }
}
