using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Wanda.PinningServer;

/// <summary>What must be in order before the first request: the state to be closed at the end, the claims, the counts.</summary>
internal sealed partial class StartUp(
    ServerState state, PinReconciler reconciler, EndedPins ended, QuotaLedger ledger,
    SessionEndpoint sessions, ResumableUploads uploads,
    NodeRegistry nodes, NodeSightings sightings, IFrameStore frames, DataFolder folder, ILogger<StartUp> log) : IHostedService
{
    /// <summary>Held so that the container makes it, and so closes it.</summary>
    internal ServerState State { get; } = state;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (folder.Exposed is { } exposed)
            Reachable(exposed);
        await nodes.StartAsync(cancellationToken);
        await reconciler.RunAsync(cancellationToken);
        foreach (var (node, pins, bytes, overhead) in await ended.RecountAsync(cancellationToken))
            ledger.Count(node, null, pins, bytes, overhead);
        await sessions.RecoverAsync(cancellationToken);
        await uploads.RecoverAsync(cancellationToken);
        await sightings.LoadAsync(cancellationToken);
        if (await frames.TroubleAsync(cancellationToken) is { } trouble)
            Troubled(trouble);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Exposed}")]
    private partial void Reachable(string exposed);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Trouble}")]
    private partial void Troubled(string trouble);
}
