using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Wanda.CaptureProducer.Beside;
using Wanda.CaptureProducer.Imports;
using Wanda.CaptureProducer.Originals;
using Wanda.Catalog;
using Wanda.Hosting;

namespace Wanda.CaptureProducer;

/// <summary>Puts the capture producer into a process: alone, or with workers and console.</summary>
public static class CaptureRegistration
{
    /// <summary>Adds the cameras and watched folders of the configuration. The node must have been added before.</summary>
    public static IHostApplicationBuilder AddCaptureProducer(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Announcer>();
        builder.Services.AddSingleton<StoredNames>();
        builder.Services.AddSingleton<FrameIntake>();
        builder.Services.AddSingleton<OrphanRecovery>();
        builder.Services.AddSingleton<ActiveSessions>();
        builder.Services.AddSingleton<CaptureProgress>();
        builder.Services.AddSingleton<WatchedFolders>();
        builder.Services.AddSingleton<InPlaceGuards>();
        builder.Services.AddSingleton<InPlaceRound>();
        builder.Services.AddSingleton<OriginalDoor>();
        builder.Services.AddSingleton<OriginalsRound>();
        builder.Services.AddSingleton<CidListRound>();
        builder.Services.AddSingleton<CaptureRuns>();
        builder.Services.AddHostedService<SessionCloser>();
        builder.Services.AddHostedService<CaptureService>();
        builder.Services.AddSingleton<ImportTurn>();
        builder.Services.AddHostedService<ImportService>();
        // Behind it, and so ended before it: while they run no other process guards or frees originals, or writes beside them.
        builder.Services.AddHostedService<InPlaceTimer>();
        builder.Services.AddHostedService<InPlaceWatch>();
        builder.Services.AddHostedService<OriginalsTimer>();
        builder.Services.AddHostedService<CidListTimer>();
        builder.Services.TryAddSingleton<ReleaseSituation>();
        builder.Services.TryAddSingleton(provider => new DiskSpace(
            provider.GetRequiredService<StorageRoot>(), provider.GetRequiredService<WandaOptions>(),
            provider.GetRequiredService<Catalogue>()));
        return builder;
    }
}
