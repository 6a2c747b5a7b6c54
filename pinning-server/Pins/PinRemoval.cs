using Microsoft.Extensions.Logging;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>
/// Ends promises. What a node ends stays a while, on its account; then the row goes, which leaves its id among those that have ended, and
/// after it the store's claims. Between the two a crash leaves claims that <see cref="PinReconciler"/> drops.
/// </summary>
internal sealed partial class PinRemoval(
    PinDatabase database, EndedPins ended, IFrameStore frames, QuotaLedger ledger, PinningServerOptions options, TimeProvider time,
    ILogger<PinRemoval> log)
{
    private const int PageSize = 100;
    private const int ManyUnpins = 20;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(365);

    /// <summary>Nodes that ended half of their pins within a day, as of the last maintenance; null before the first.</summary>
    public IReadOnlyList<MassUnpin>? MassUnpins { get; private set; }

    /// <summary>Removes a pin of this node; nothing happens when it has none of that id.</summary>
    public async Task RemoveAsync(string node, string id, CancellationToken cancellationToken)
    {
        if (await ended.UnpinAsync(node, id, time.GetUtcNow(), cancellationToken) is not { } pin)
            return;
        await UnpinnedAsync(pin);
    }

    /// <summary>Puts a pin in the place of another, which is kept until the new one is settled.</summary>
    /// <returns>The new pin as it was stored; null when the node has none of that id.</returns>
    public async Task<Pin?> ReplaceAsync(string id, Pin pin, CancellationToken cancellationToken)
    {
        if (await ended.ReplaceAsync(id, pin, time.GetUtcNow(), cancellationToken) is not var (added, old))
            return null;
        await UnpinnedAsync(old);
        return added;
    }

    /// <summary>Takes in what the operator dropped and restored from outside of this process.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        while (await database.TakeDroppedAsync(cancellationToken) is { } dropped)
        {
            ledger.Count(dropped.Node, dropped.Session, -dropped.Pins, -dropped.Bytes, -dropped.Overhead);
            await frames.DropAsync(dropped.Id, CancellationToken.None);
        }

        while (await ended.TakeMovedAsync(cancellationToken) is { } moved)
            ledger.Count(moved.Node, moved.Session, moved.Pins, 0, 0);
    }

    /// <summary>
    /// Lets go of what has been kept for its time, forgets the ids of what went long ago, and looks who ended half of what he had.
    /// </summary>
    public async Task EndOutOfTimeAsync(CancellationToken cancellationToken)
    {
        var up = TimeSpan.FromSeconds((double)time.GetTimestamp() / time.TimestampFrequency);
        var now = await ended.BelievedAsync(time.GetUtcNow(), $"{KernelBoot.Id}", up, cancellationToken);
        while (await ended.OutOfTimeAsync(now - options.KeepUnpinned, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var pin in page)
                await EndAsync(pin.Id, cancellationToken);
        }

        await ended.ForgetAsync(now - Remembered, cancellationToken);
        var found = await ended.MassUnpinsAsync(time.GetUtcNow() - Day, ManyUnpins, cancellationToken);
        foreach (var (node, count, of) in found)
            Unpinned(count, of, node, options.KeepUnpinned.TotalDays);
        MassUnpins = found;
    }

    private async Task UnpinnedAsync(Pin pin)
    {
        if (pin.Unpinned is null)
        {
            // Its bytes never came: it is gone.
            await frames.DropAsync(pin.Id, CancellationToken.None);
            return;
        }

        if (pin.State == PinState.Pinned)
            ledger.Count(pin.Node, pin.Session, -1, 0, 0);
        if (options.KeepUnpinned == TimeSpan.Zero)
            await EndAsync(pin.Id, CancellationToken.None);
    }

    private async Task EndAsync(string id, CancellationToken cancellationToken)
    {
        if (await ended.EndAsync(id, cancellationToken) is not { } pin)
            return;
        if (pin.State == PinState.Pinned)
            ledger.Count(pin.Node, pin.Session, 0, -pin.Bytes, -pin.Overhead);
        await frames.DropAsync(id, CancellationToken.None);
    }

    [LoggerMessage(Level = LogLevel.Error,
        Message = "{Count} of {Of} pins of {Node} were ended within a day. They are kept for {Days} days: 'wanda pinning-server pins "
            + "--unpinned' lists them, 'restore' gives them back; if it was not that node, 'revoke' its token")]
    private partial void Unpinned(long count, long of, string node, double days);
}
