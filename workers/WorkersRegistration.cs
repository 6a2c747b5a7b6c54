using MassTransit.SqlTransport.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Wanda.Catalog;
using Wanda.Destinations;
using Wanda.Destinations.Kubo;
using Wanda.Hosting;
using Wanda.Imaging;
using Wanda.Ipfs;
using Wanda.Workers.Audit;
using Wanda.Workers.Discard;
using Wanda.Workers.IpfsAdd;
using Wanda.Workers.IpnsPublish;
using Wanda.Workers.Offload;
using Wanda.Workers.Offload.Room;
using Wanda.Workers.Reconcile;
using Wanda.Workers.Release;
using Wanda.Workers.SessionArchive;

namespace Wanda.Workers;

/// <summary>Puts the workers into a process: alone, or with producer and console.</summary>
public static class WorkersRegistration
{
    /// <summary>Opens the block store and adds every consumer, its queue and its timers. The node must have been added before.</summary>
    public static async Task AddWorkersAsync(
        this IHostApplicationBuilder builder, WandaOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var services = builder.Services;
        var store = await BlockStore.OpenAsync(new DataFolder(options.Data).Ipfs, time, cancellationToken);
        services.AddSingleton(_ => store); // through a factory, so that the container closes it
        services.AddIpfsNode(options, store, time);
        services.AddHostedService<BlockSweep>();
        services.AddSingleton(new ThumbnailMaker());
        services.AddSingleton<NodeIdentity>();
        services.AddSingleton<FrameFiles>();
        services.AddSingleton<ReleaseDoor>();
        services.AddSingleton(provider => new SpaceReserve(
            provider.GetRequiredService<DataFolder>(), options,
            provider.GetRequiredService<Microsoft.Extensions.Logging.ILogger<SpaceReserve>>()));
        services.AddSingleton<FetchedCopies>();
        services.AddSingleton<OptionalWork>();
        services.AddSingleton<ReleaseRound>();
        services.AddHostedService<ReleaseSweep>();
        services.AddSingleton<Challenges>();
        services.AddSingleton<CopyAudit>();
        services.AddSingleton<ChangedFiles>();
        services.AddSingleton<FormerPlaces>();
        services.AddSingleton<Takers>();
        services.AddSingleton<Recall>();
        services.AddSingleton<SentAgain>();
        services.AddSingleton<AuditRound>();
        services.AddSingleton<LastLook>();
        services.AddHostedService<AuditTimer>();
        services.AddSingleton<DiscardDoor>();
        services.AddSingleton<DiscardRound>();
        services.AddHostedService<DiscardTimer>();
        services.AddSingleton<RoomRound>();
        services.AddHostedService<RoomTimer>();
        services.AddSingleton<SessionArchiver>();
        services.AddHostedService<SessionArchiveTimer>();
        services.AddSingleton<IpnsPublisher>();
        services.AddSingleton<JournalRound>();
        services.AddSingleton<Reconciler>();
        services.AddHostedService<ReconcileTimer>();
        foreach (var kubo in options.Destinations.Where(d => d.Kind == "kubo"))
            services.AddSingleton<IServingNode>(new ServingKuboDestination(kubo, time));
        services.AddSingleton<Uplink>();
        services.AddSingleton<OwnNodes>();
        services.AddSingleton<ReadBack>();
        services.AddSingleton<DestinationTools>();
        services.AddSingleton<DestinationFactory>();
        services.AddSingleton(provider => new DestinationSet(
            options.Destinations.Select(d => Offloader(d, provider)).ToList()));
        services.AddHostedService<LimitTimer>();
        builder.AddBusPart(new WorkersBus(options));
    }

    private static Offloader Offloader(DestinationOptions options, IServiceProvider provider)
    {
        var (catalogue, time) = (provider.GetRequiredService<Catalogue>(), provider.GetRequiredService<TimeProvider>());
        var queues = provider.GetRequiredService<ISqliteQueues>();
        var line = new UploadLine(options, provider.GetRequiredService<Uplink>(), catalogue, time);
        return new Offloader(provider.GetRequiredService<DestinationFactory>().Create(options, line), options,
            new DestinationBreaker(options, catalogue, queues, time),
            new UploadLimits(options, catalogue, queues, time), line, catalogue, time,
            provider.GetRequiredService<WandaOptions>().Audit.Challenges);
    }
}
