using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using Wanda.SocketIO;

namespace Wanda.Ops.Live;

/// <summary>
/// Joins the namespaces of the WANDA app. How far its session is, is asked for while one runs and somebody listens: of its own events only
/// some come through.
/// </summary>
internal sealed class AppRelay(LiveHub hub, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    /// <summary>While none runs and the app is not heard: one may have begun meanwhile.</summary>
    private const int LooksBetween = 3;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(hub.Links.Select(link => link.RunAsync(hub.Of(link), stoppingToken)).Append(ProgressAsync(stoppingToken)));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task ProgressAsync(CancellationToken cancellationToken)
    {
        if (hub.Session.Link is not { } link)
            return;
        var (active, looks, told) = (false, 0, "");
        while (true)
        {
            await hub.Session.SomebodyAsync(cancellationToken);
            await Task.Delay(Look, time, cancellationToken);
            active |= link.HeardOfSession();
            var isDue = active || (!link.IsUp && ++looks % LooksBetween == 0);
            if (!isDue || await link.Status.ReadAsync().WaitAsync(cancellationToken) is not { } state)
                continue;
            // Its end is told as well, since nothing else may tell it.
            var progress = Progress(state);
            if ((active || state.IsActive) && progress.Json != told)
                hub.Session.Broadcast(progress);
            (active, told) = (state.IsActive, progress.Json);
        }
    }

    private static SocketIOEvent Progress(AppState state)
    {
        var data = JsonObject.Create(state.Data)!;
        data.Remove("session_dir"); // a place on the machine
        return SocketIOEvent.Create("session_progress", data);
    }
}
