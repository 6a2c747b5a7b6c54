using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Wanda.PinningServer;

/// <summary>A pinning server as a process runs it: Kestrel, the data folder, nothing from the environment.</summary>
public static class PinningServerHost
{
    // Bodies other than uploads: a possession question names up to 100,000 blocks.
    private const long MaxSmallBody = 8 << 20;

    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Runs until <paramref name="cancellationToken"/> is cancelled; uploads under way are then cut off and leave nothing.
    /// </summary>
    /// <param name="options">Checked before anything is opened.</param>
    /// <param name="onListening">Told the address once requests are taken; with port 0, the port that was found.</param>
    /// <param name="cancellationToken">Stops the server.</param>
    /// <param name="logging">Where the log goes; nowhere by default.</param>
    /// <param name="onOperatorListening">
    /// Told the address of the operator's pages, before <paramref name="onListening"/>, where there are any.
    /// </param>
    /// <exception cref="PinningServerOptionsException">The options are wrong; each mistake is listed.</exception>
    /// <exception cref="IOException">The data folder is in use or unusable, or the port is taken.</exception>
    public static async Task RunAsync(
        PinningServerOptions options, Action<Uri>? onListening = null, CancellationToken cancellationToken = default,
        Action<ILoggingBuilder>? logging = null, Action<Uri>? onOperatorListening = null)
    {
        // Empty: a stray ASPNETCORE_URLS must not open a port that nobody configured.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        logging?.Invoke(builder.Logging);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = ShutdownTimeout);
        await builder.AddPinningServerAsync(options, cancellationToken);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options.EndPoint));
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, ReceiveBuffers>();
        await using var app = builder.Build();
        app.MapPinningServer();
        await app.StartAsync(cancellationToken);
        if (app.Services.GetRequiredService<OperatorListener>().Address is { } operators)
            onOperatorListening?.Invoke(operators);
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        onListening?.Invoke(new Uri(address));
        await app.WaitForShutdownAsync(cancellationToken);
    }

    private static void Configure(KestrelServerOptions kestrel, IPEndPoint endPoint)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxSmallBody;
        kestrel.Listen(endPoint);
    }
}
