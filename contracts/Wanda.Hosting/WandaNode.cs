using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Wanda.Catalog;
using Wanda.Contracts;

namespace Wanda.Hosting;

/// <summary>What every process of a node does the same way: data folder, catalogue, storage root, clock, bus, systemd.</summary>
public static class WandaNode
{
    /// <summary>
    /// Opens the node's stores and adds them. A catalogue that was lost is rebuilt from the session folders before anybody asks it (law 5).
    /// </summary>
    public static async Task AddWandaNodeAsync(
        this IHostApplicationBuilder builder, WandaOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var data = new DataFolder(options.Data);
        var stores = new NodeStores(options, data, time);
        await stores.OpenAsync(cancellationToken);
        var (catalogue, root) = (stores.Catalogue, stores.Root);
        await ClearTokens.EnsureAsync(options, catalogue, cancellationToken);
        await catalogue.Destinations.RegisterAsync(
            [.. options.Destinations.Select(d => new ConfiguredDestination(d.Name, d.Kind, d.Domain, d.Place, d.WasAskedAt, d.Drain))],
            cancellationToken);
        foreach (var destination in options.Destinations)
        {
            if (destination.SameMachine is { } word)
                await catalogue.Destinations.AnsweredAsync(destination.Name, word, cancellationToken);
        }

        var services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(time);
        services.AddSingleton(data);
        services.AddSingleton(_ => catalogue); // through a factory, so that the container closes it
        services.AddSingleton(_ => stores.Running);
        services.AddSingleton(root);
        services.AddSingleton<JournalWriter>();
        services.AddSingleton(new ClockTrust(options.Clock, catalogue, time));
        services.AddSingleton(new DiskSpace(root, options, catalogue));
        services.AddSingleton<ReleaseSituation>();
        services.AddSingleton<ReleasePlanner>();
        services.AddSingleton<ReleaseNews>();
        services.AddSingleton<NodeStops>();
        services.AddSingleton(provider => new PeriodicSettings(
            provider.GetRequiredService<IHostApplicationLifetime>(), time,
            provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance));
        services.AddOptions<SqlTransportOptions>().Configure(o => o.ConnectionString = data.QueueConnection);
        services.AddSqliteMigrationHostedService();
        services.AddSqliteQueues();
        services.AddHostedService<SystemdNotifier>();
        services.AddHostedService<StopRecorder>();
        services.AddHostedService<StoreWatch>();
    }

    /// <summary>Adds a room's consumers to the process's bus.</summary>
    public static IHostApplicationBuilder AddBusPart(this IHostApplicationBuilder builder, IBusPart part)
    {
        builder.Services.AddSingleton(part);
        return builder;
    }

    /// <summary>Adds the process's one bus, with the parts added so far. Call it after the rooms.</summary>
    public static void AddWandaBus(this IHostApplicationBuilder builder)
    {
        Correlate();
        // A bus that is told to stop before it has started does not stop: it would go on receiving for consumers that are gone.
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(o => o.WaitUntilStarted = true);
        var parts = builder.Services.Select(s => s.ImplementationInstance).OfType<IBusPart>().ToList();
        builder.Services.AddMassTransit(x =>
        {
            x.DisableUsageTelemetry(); // law 12
            x.SetKebabCaseEndpointNameFormatter();
            foreach (var part in parts)
                part.Register(x);
            x.UsingSqlite((context, bus) =>
            {
                bus.UseSqlite(context, host =>
                {
                    host.RaiseThreadPoolMinimum = true; // a dozen queues on the four cores of a Pi
                    host.Synchronous = SqliteSynchronous.Sent; // a message that comes again after a power cut is one (law 3)
                });
                bus.Publish<ICaptureEvent>(p => p.Exclude = true);
                bus.Publish<ISessionEvent>(p => p.Exclude = true);
                foreach (var part in parts)
                    part.Configure(context, bus);
            });
        });
    }

    /// <summary>
    /// What a message is about is its correlation id: that is how the reconciler finds out whether work has a message (law 3).
    /// </summary>
    private static void Correlate()
    {
        MessageCorrelation.UseCorrelationId<CaptureSaved>(m => m.CaptureId.Value);
        MessageCorrelation.UseCorrelationId<ThumbnailCreated>(m => m.CaptureId.Value);
        MessageCorrelation.UseCorrelationId<ThumbnailUnavailable>(m => m.CaptureId.Value);
        MessageCorrelation.UseCorrelationId<CaptureAdded>(m => m.CaptureId.Value);
        MessageCorrelation.UseCorrelationId<CaptureProven>(m => m.CaptureId.Value);
        MessageCorrelation.UseCorrelationId<CaptureReleased>(m => m.CaptureId.Value);
        MessageCorrelation.UseCorrelationId<CaptureDiscarded>(m => m.CaptureId.Value);
        MessageCorrelation.UseCorrelationId<SessionEnded>(m => m.Session.CorrelationId);
        MessageCorrelation.UseCorrelationId<SessionArchiveDue>(m => m.Session.CorrelationId);
        MessageCorrelation.UseCorrelationId<SessionArchived>(m => m.Session.CorrelationId);
        MessageCorrelation.UseCorrelationId<SessionProven>(m => m.Session.CorrelationId);
    }
}
