using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Wanda.Ops.Live;

/// <summary>Where the WANDA app's page hears live.</summary>
internal static class LiveRoutes
{
    public const string Path = "/socket.io";

    public static void Map(IEndpointRouteBuilder app)
    {
        var hub = app.ServiceProvider.GetRequiredService<LiveHub>();
        // A session would hold up the end of the process for as long as a page is open.
        app.ServiceProvider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(hub.Server.Dispose);
        app.Map(Path + "/", hub.Server.HandleAsync).WithMetadata(new ForViewers(), new ForOwnPages());
    }
}
