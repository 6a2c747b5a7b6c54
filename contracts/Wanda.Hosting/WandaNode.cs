using Files.Shared;
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
        var catalogue = await Catalogue.OpenAsync(data.Catalogue, time, cancellationToken);
        var root = await OpenRootAsync(options, catalogue, time, cancellationToken);
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
        services.AddSingleton(root);
        services.AddSingleton<JournalWriter>();
        services.AddSingleton(new ClockTrust(options.Clock, catalogue, time));
        services.AddSingleton(new DiskSpace(root, options, catalogue));
        services.AddSingleton<ReleaseSituation>();
        services.AddSingleton<NodeStops>();
        services.AddSingleton(provider => new PeriodicSettings(
            provider.GetRequiredService<IHostApplicationLifetime>(), time,
            provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance));
        services.AddOptions<SqlTransportOptions>().Configure(o => o.ConnectionString = data.QueueConnection);
        services.AddSqliteMigrationHostedService();
        services.AddSqliteQueues();
        services.AddHostedService<SystemdNotifier>();
        services.AddHostedService<StopRecorder>();
    }

    private static async Task<StorageRoot> OpenRootAsync(
        WandaOptions options, Catalogue catalogue, TimeProvider time, CancellationToken cancellationToken)
    {
        // The parts of a new node are started together: the first makes what is missing, the others wait for it and find it.
        using var turn = await StartTurn.TakeAsync(Path.Combine(options.Data, "start.lock"), time, cancellationToken);
        // This file marks a rebuild that is under way. It is written before the catalogue is bound to its storage root, and deleted when
        // every journal was read: a rebuild that a crash interrupts begins again at the next start (law 7).
        var rebuilding = Path.Combine(options.Data, "catalogue.rebuilding");
        if (await catalogue.Node.StorageRootIdAsync(cancellationToken) is null)
            await DurableFile.WriteAsync(rebuilding, overwrite: true, _ => Task.CompletedTask, cancellationToken);
        var root = await StorageRoot.OpenAsync(options.Storage.Root!, catalogue, cancellationToken);
        if (File.Exists(rebuilding))
        {
            await CatalogueRebuild.FromJournalsAsync(catalogue, root, cancellationToken);
            DurableFile.Delete(rebuilding);
        }
        else
        {
            await CatchUpAsync(catalogue, root, cancellationToken);
        }

        return root;
    }

    /// <summary>A backup that was put back is older than the journals: it is filled before anybody gives a number again (law 5).</summary>
    private static async Task CatchUpAsync(Catalogue catalogue, StorageRoot root, CancellationToken cancellationToken)
    {
        try
        {
            await CatalogueRebuild.CatchUpAsync(catalogue, root, cancellationToken);
        }
        catch (StorageRootException)
        {
            // The disk is not there: nothing is taken until it is, and the reconciler looks again then.
        }
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
                bus.UseSqlite(context, host => host.RaiseThreadPoolMinimum = true); // a dozen queues on the four cores of a Pi
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
