using Microsoft.Extensions.Logging;

namespace Wanda.PinningServer;

/// <summary>
/// Brings the store's claims in line with the table, which is the truth, before anything may be collected: claims without a row (a crash
/// between the two) are dropped, and a row without claims (the store's index was lost) is queued, to be settled by what is on disk.
/// </summary>
internal sealed partial class PinReconciler(
    PinDatabase database, IFrameStore frames, PinningServerOptions options, ILogger<PinReconciler> log)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pins = await database.StatesAsync(cancellationToken);
        foreach (string id in (await frames.ReconcileAsync(pins, cancellationToken)).Where(_ => !options.ComplianceTestMode))
        {
            await database.UnsettleAsync(id, cancellationToken);
            Queued(id);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Pin {Id} had no claim in the store: is its index gone, or the daemon's repository another one? It is queued until its "
            + "blocks are found here")]
    private partial void Queued(string id);
}
