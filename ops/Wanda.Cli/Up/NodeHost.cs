using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wanda.CaptureProducer;
using Wanda.Destinations;
using Wanda.Hosting;
using Wanda.Ops;
using Wanda.Workers;

namespace Wanda.Cli.Up;

/// <summary>The parts of a node that one process runs.</summary>
[Flags]
internal enum Roles
{
    /// <summary>Cameras and watched folders.</summary>
    Capture = 1,

    /// <summary>Previews, CIDs, offload, release, archives, the name.</summary>
    Workers = 2,

    /// <summary>The console.</summary>
    Ops = 4,

    /// <summary>All of them in one process: one .NET runtime on a small Pi.</summary>
    All = Capture | Workers | Ops,
}

/// <summary>Composes a process of a node from its rooms.</summary>
internal static class NodeHost
{
    public static async Task<IHost> BuildAsync(
        WandaOptions options, Roles roles, Action<ILoggingBuilder> logging, CancellationToken cancellationToken)
    {
        if (!roles.HasFlag(Roles.Ops))
        {
            var plain = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            logging(plain.Logging);
            await AddRoomsAsync(plain, options, roles, cancellationToken);
            return plain.Build();
        }

        var web = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "wanda" });
        logging(web.Logging.ClearProviders());
        web.WebHost.UseUrls(options.Ops.Listen);
        await AddRoomsAsync(web, options, roles, cancellationToken);
        web.Services.AddSingleton<IFolderLook, FolderLook>().AddOps(new DataFolder(options.Data))
            .AddDestinationCopies(options, TimeProvider.System);
        var app = web.Build();
        app.MapOps();
        return app;
    }

    private static async Task AddRoomsAsync(
        IHostApplicationBuilder builder, WandaOptions options, Roles roles, CancellationToken cancellationToken)
    {
        await builder.AddWandaNodeAsync(options, TimeProvider.System, cancellationToken);
        if (roles.HasFlag(Roles.Capture))
            builder.AddCaptureProducer();
        if (roles.HasFlag(Roles.Workers))
            await builder.AddWorkersAsync(options, TimeProvider.System, cancellationToken);
        if ((roles & (Roles.Capture | Roles.Workers)) != 0)
            builder.AddWandaBus();
    }
}
