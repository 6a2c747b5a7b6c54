using Microsoft.Extensions.Logging;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>Looks whether the bytes of queued pins have come. Only what is on this disk makes a pin "pinned".</summary>
internal sealed partial class PinSettler(
    PinDatabase database, EndedPins ended, IFrameStore frames, ReadableBlocks readable, QuotaLedger ledger, NodeRegistry nodes,
    PinningServerOptions options, TimeProvider time, ILogger<PinSettler> log)
{
    private const int PageSize = 100;

    private readonly SemaphoreSlim _wake = new(0, 1);

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>New blocks have come: have a look soon.</summary>
    public void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody woke it already.
        }
    }

    /// <returns>False when nobody called <see cref="Wake"/> for so long.</returns>
    public Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => _wake.WaitAsync(atMost, cancellationToken);

    /// <summary>Settles every queued pin whose bytes are here.</summary>
    public async Task SettleAllAsync(CancellationToken cancellationToken)
    {
        long after = 0;
        while (await database.QueuedAsync(after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var pin in page)
                await SettleAsync(pin, cancellationToken);
            after = page[^1].Row;
        }
    }

    /// <summary>Settles one pin if its bytes are here.</summary>
    /// <returns>The pin as it is now.</returns>
    public async Task<Pin> SettleAsync(Pin pin, CancellationToken cancellationToken)
    {
        if (options.ComplianceTestMode)
            return await DoneAsync(pin, 0, 0, cancellationToken);
        var blocks = readable.For(pin.Node);
        if (await blocks.FindAsync(pin.Cid, cancellationToken) is null
            || await CoveredAsync(blocks, pin, cancellationToken) is not { } covered)
        {
            return pin;
        }

        long bytes = covered.Sum(b => (long)b.Length);
        // One that was here before was promised then, whoever its node is now. One that takes another's place may take its room.
        if (pin.Bytes == 0 && (nodes.Named(pin.Node) is not { } node
            || !ledger.HasQuotaFor(node, pin.Session, bytes - await ended.ReplacedByAsync(pin.Id, cancellationToken))))
        {
            StillQueued(pin.Cid.ToString(), pin.Node, "no quota");
            return pin;
        }

        try
        {
            await frames.ClaimAsync(pin with { Bytes = bytes, Blocks = covered.Count }, covered.ConvertAll(b => b.Cid), cancellationToken);
            await foreach (var _ in frames.Blocks.BlocksAsync(covered.Select(b => b.Cid), cancellationToken))
            {
                // Each is read and checked: that a block has a name says little of its bytes.
            }
        }
        catch (BlockNotFoundException damaged)
        {
            // Damaged, or collected as garbage after it was found and before it was claimed.
            StillQueued(pin.Cid.ToString(), pin.Node, damaged.Message);
            return pin;
        }

        return await DoneAsync(pin, bytes, covered.Count, cancellationToken);
    }

    private async Task<List<BlockInfo>?> CoveredAsync(IBlockSource blocks, Pin pin, CancellationToken cancellationToken)
    {
        try
        {
            return pin.Scope == PinScope.Dag
                ? await blocks.ListAsync(pin.Cid, cancellationToken).ToListAsync(cancellationToken)
                : await DirectoryAsync(blocks, pin, cancellationToken);
        }
        catch (Exception e) when (e is BlockNotFoundException or DagFormatException or NotSupportedException)
        {
            StillQueued(pin.Cid.ToString(), pin.Node, e.Message);
            return null;
        }
    }

    private async Task<List<BlockInfo>> DirectoryAsync(IBlockSource blocks, Pin pin, CancellationToken cancellationToken)
    {
        var covered = await DirectoryBlocks.ListAsync(blocks, pin.Cid, cancellationToken);
        var own = covered.Select(b => b.Cid).ToHashSet();
        foreach (var block in (pin.Covered ?? []).Where(own.Add))
        {
            covered.Add(new(block, await blocks.FindAsync(block, cancellationToken)
                ?? throw new BlockNotFoundException(block, $"it is missing beside {pin.Cid}.")));
        }

        return covered;
    }

    private async Task<Pin> DoneAsync(Pin pin, long bytes, int blocks, CancellationToken cancellationToken)
    {
        if (!await database.SettleAsync(pin.Id, bytes, blocks, cancellationToken))
        {
            // Removed, or settled by another, meanwhile.
            if (await database.FindAsync(pin.Id, cancellationToken) is { } now)
                return now;
            await frames.DropAsync(pin.Id, CancellationToken.None);
            return pin;
        }

        var settled = pin with { State = PinState.Pinned, Bytes = bytes, Blocks = blocks };
        ledger.Count(settled, 1);
        return settled;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Cid}, wanted by {Node}, stays queued: {Reason}")]
    private partial void StillQueued(string cid, string node, string reason);
}
