using MassTransit.SqlTransport.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Polly;
using Polly.Retry;
using Wanda.Catalog;
using Wanda.Hosting;
using Wanda.Imaging;
using Wanda.Ipfs;
using Wanda.Workers.IpnsPublish;
using Wanda.Workers.Offload;
using Wanda.Workers.Offload.Wanda;
using Wanda.Workers.Reconcile;
using Wanda.Workers.Release;
using Wanda.Workers.SessionArchive;

namespace Wanda.Workers;

/// <summary>Puts the workers into a process: alone, or with producer and console.</summary>
public static class WorkersRegistration
{
    /// <summary>Opens the block store and adds every consumer, its queue and its timers. The node must have been added before.</summary>
    public static async Task AddWorkersAsync(this IHostApplicationBuilder builder, WandaOptions options, TimeProvider time, CancellationToken cancel)
    {
        var services = builder.Services;
        var store = await BlockStore.OpenAsync(new DataFolder(options.Data).Ipfs, time, cancel);
        services.AddSingleton(_ => store); // through a factory, so that the container closes it
        services.AddSingleton<IIpfsNode>(_ => new EmbeddedNode(store, UnixFsProfile.Parse(options.Ipfs.Profile)));
        services.AddHostedService<BlockSweep>();
        services.AddSingleton(new ThumbnailMaker());
        services.AddSingleton<NodeIdentity>();
        services.AddSingleton<ReleaseDoor>();
        services.AddSingleton<ReleaseRound>();
        services.AddHostedService<ReleaseSweep>();
        services.AddSingleton<SessionArchiver>();
        services.AddHostedService<SessionArchiveTimer>();
        services.AddSingleton<IpnsPublisher>();
        services.AddTransient<QueuedWork>(); // each timer has its own view of what failed
        services.AddSingleton<JournalRepair>();
        services.AddSingleton<Reconciler>();
        services.AddHostedService<ReconcileTimer>();
        services.AddSingleton(provider => new DestinationSet(
            options.Destinations.Select(d => Offloader(d, provider)).ToList()));
        builder.AddBusPart(new WorkersBus(options));
    }

    private static Offloader Offloader(DestinationOptions options, IServiceProvider provider)
    {
        var (catalogue, time) = (provider.GetRequiredService<Catalogue>(), provider.GetRequiredService<TimeProvider>());
        var breaker = new DestinationBreaker(options, catalogue, provider.GetRequiredService<ISqliteQueues>(), time);
        return new Offloader(Destination(options, provider, time), breaker, catalogue, time);
    }

    private static WandaDestination Destination(DestinationOptions options, IServiceProvider provider, TimeProvider time)
    {
        var handler = new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(5), // a pinning server that moved is found by its name again
            ConnectTimeout = TimeSpan.FromSeconds(15),
            Expect100ContinueTimeout = TimeSpan.FromSeconds(5),
            AllowAutoRedirect = false, // the token goes to the configured host and to no other
        };
        var http = new HttpClient(new TokenHandler(options) { InnerHandler = handler })
        {
            BaseAddress = new Uri(options.Url.TrimEnd('/') + "/"),
            Timeout = Timeout.InfiniteTimeSpan, // the client watches progress instead: a frame takes as long as the line needs
        };
        return new WandaDestination(
            options, provider.GetRequiredService<IIpfsNode>(), new WandaClient(options.Name, http, QuickRetry(time), options.Timeout, time), time);
    }

    /// <summary>A dropped connection is tried again at once, twice; a real outage is the breaker's business.</summary>
    private static ResiliencePipeline QuickRetry(TimeProvider time) => new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<DestinationDownException>(e => e.InnerException is HttpRequestException or IOException),
            MaxRetryAttempts = 2,
            Delay = TimeSpan.FromMilliseconds(300),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
        })
        .Build();
}
