using Microsoft.Extensions.Logging;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>
/// Reads what is pinned, in turn, so that "pinned" stays the truth: a disk loses bytes without a word. A pin that misses some is queued;
/// what is left of it is kept, and its node, which asks for proofs, sends it again.
/// </summary>
internal sealed partial class PinInspector(
    PinDatabase database, IFrameStore frames, QuotaLedger ledger, PinningServerOptions options,
    ServerMetrics metrics, ILogger<PinInspector> log)
{
    // Null after a start, and then a place is drawn at random: a server that is restarted every day would read the same pins for ever.
    private long? _after;

    /// <summary>
    /// Reads the next ones, as much as it takes to be through all of them in <see cref="PinningServerOptions.InspectEvery"/>, and at least
    /// one.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        double bytes = ledger.All().Sum(n => n.Bytes) * Math.Min(1, options.MaintainEvery / options.InspectEvery);
        long after = _after ?? Random.Shared.NextInt64(await database.LastRowAsync(cancellationToken) + 1);
        for (int rounds = 0; rounds < 2 && bytes >= 0;)
        {
            if (await database.NextSettledAsync(after, cancellationToken) is { } pin)
            {
                await InspectAsync(pin, cancellationToken);
                (after, bytes) = (pin.Row, bytes - pin.Bytes - 1);
            }
            else
            {
                (after, rounds) = (0, rounds + 1);
            }

            _after = after;
        }
    }

    /// <summary>
    /// Looks whether all that is settled is kept still, where others may have unpinned it or swapped the repository for another, and keeps
    /// it again, or tells that it is lost.
    /// </summary>
    public async Task CompareAsync(CancellationToken cancellationToken)
    {
        foreach (var pin in await frames.UnkeptAsync(cancellationToken))
        {
            try
            {
                // It may have ended meanwhile.
                if (await database.FindAsync(pin.Id, cancellationToken) is { State: PinState.Pinned })
                    await frames.KeepAgainAsync(pin, cancellationToken);
            }
            catch (Exception e) when (e is BlockNotFoundException or DagFormatException
                || (e is KuboException && KuboAnswers.Of(e) != KuboAnswer.Full))
            {
                NotKept(pin.Cid.ToString(), pin.Node, e.Message);
                await InspectAsync(pin.Id, cancellationToken);
            }
        }
    }

    /// <summary>Reads one now: somebody met a gap in it.</summary>
    public async Task InspectAsync(string id, CancellationToken cancellationToken)
    {
        if (await database.FindAsync(id, cancellationToken) is { State: PinState.Pinned } pin)
            await InspectAsync(pin, cancellationToken);
    }

    private async Task InspectAsync(Pin pin, CancellationToken cancellationToken)
    {
        try
        {
            if (pin.Scope == PinScope.Directory)
            {
                await DirectoryBlocks.ListAsync(frames.Blocks, pin.Cid, cancellationToken);
                return;
            }

            await foreach (var block in frames.Blocks.BlocksAsync(pin.Cid, cancellationToken))
                metrics.Inspected(block.Data.Length);
        }
        catch (BlockNotFoundException missing)
        {
            if (await database.UnsettleAsync(pin.Id, cancellationToken))
            {
                ledger.Count(pin, -1);
                metrics.Lost();
                Lost(pin.Cid.ToString(), pin.Node, missing.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Cid} of {Node} was not kept any more, and is not again: {Reason}")]
    private partial void NotKept(string cid, string node, string reason);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "{Cid} of {Node} is no longer whole here: {Reason} It is queued until its node sends it again. Look at the disk")]
    private partial void Lost(string cid, string node, string reason);
}
