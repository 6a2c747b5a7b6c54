using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

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
        builder.Services.AddSingleton<CaptureRuns>();
        builder.Services.AddHostedService<SessionCloser>();
        builder.Services.AddHostedService<CaptureService>();
        return builder;
    }
}
