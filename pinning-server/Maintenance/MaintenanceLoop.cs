using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>
/// Settles queued pins when blocks have come, and every <see cref="PinningServerOptions.MaintainEvery"/> reads some of what is pinned,
/// collects what nobody pins and writes down who was seen. A failure is logged and tried again next time; it never stops the server.
/// </summary>
internal sealed partial class MaintenanceLoop(
    PinReconciler reconciler, PinSettler settler, PinInspector inspector, PinRemoval removal, IFrameStore frames,
    ReadableBlocks readable, HeldBlocks held, ResumableUploads uploads, SessionEndpoint sessions,
    AccountTable accounts, NodeSightings sightings, PinningServerOptions options, ServerMetrics metrics, TimeProvider time,
    ILogger<MaintenanceLoop> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // By what has passed: a wall clock that is set back would hold it up.
        long? last = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await reconciler.ReclaimAsync(stoppingToken);
                await removal.FinishAsync(stoppingToken);
                await settler.SettleAllAsync(stoppingToken);
                await sightings.SaveAsync(stoppingToken);
                if (last is not { } then || time.GetElapsedTime(then) >= options.MaintainEvery)
                {
                    await accounts.TidyAsync(time.GetUtcNow(), options.MaxAuditEntries, stoppingToken);
                    await removal.EndOutOfTimeAsync(stoppingToken);
                    await sessions.EndExpiredAsync(stoppingToken);
                    await uploads.EndExpiredAsync(stoppingToken);
                    if (!options.ComplianceTestMode)
                    {
                        await inspector.CompareAsync(stoppingToken);
                        await inspector.RunAsync(stoppingToken);
                    }

                    var collected = await CollectAsync(stoppingToken);
                    metrics.Collected(collected.RemovedBytes);
                    Collected(collected.Removed, collected.RemovedBytes, collected.Kept);
                    if (readable.OnlyOwn)
                        await held.TidyAsync(stoppingToken);
                    last = time.GetTimestamp();
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                metrics.MaintenanceFailed();
                Failed(e);
                last = time.GetTimestamp();
            }

            await ((Task)settler.WaitAsync(options.MaintainEvery, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await sightings.SaveAsync(cancellationToken);
    }

    private async Task<CollectionResult> CollectAsync(CancellationToken cancellationToken)
    {
        string? last = null;
        while (true)
        {
            try
            {
                return await frames.CollectAsync(cancellationToken);
            }
            catch (IncompletePinException e) when (e.Pin.Owner != last)
            {
                last = e.Pin.Owner;
                // Of a server before lists were kept. From now on it keeps what is left of it, and stands in nobody's way.
                await inspector.InspectAsync(e.Pin.Owner, cancellationToken);
                await reconciler.ReclaimAsync(e.Pin.Owner, cancellationToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Collected {Blocks} unpinned blocks, {Bytes} bytes; {Kept} blocks are kept")]
    private partial void Collected(long blocks, long bytes, long kept);

    [LoggerMessage(Level = LogLevel.Error, Message = "Maintenance failed; nothing that is pinned was touched, and it is tried again later")]
    private partial void Failed(Exception e);
}
