using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Wanda.PinningServer;

/// <summary>
/// Brings table and store together at start. Neither is believed to be the newer one: a backup may have been put back of either. A claim
/// without a row is a pin that the table lost, and gets its row again from the note beside it, unless the table knows that it has ended; a
/// row without a claim gets what is left of its blocks claimed before anything is collected, and is queued until it is whole.
/// </summary>
internal sealed partial class PinReconciler(
    PinDatabase database, EndedPins ended, IFrameStore frames, PinningServerOptions options, ILogger<PinReconciler> log)
{
    // Pins whose blocks nothing keeps, to be seen to before the next collection.
    private readonly ConcurrentQueue<string> _unclaimed = new();

    /// <summary>Pins that were made again from their claims at this start; 0 when the table knew them all.</summary>
    public int Remade { get; private set; }

    /// <summary>Of these, how many have lost their node's name as well.</summary>
    public int Unknown { get; private set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var claims = await frames.ClaimsAsync(cancellationToken);
        var pins = await database.StatesAsync(cancellationToken);
        foreach (string id in claims.Keys.Where(id => !pins.ContainsKey(id)))
        {
            if (await ended.HasEndedAsync(id, cancellationToken))
                await DropAsync(id, cancellationToken);
            else if (await frames.RecallAsync(id, cancellationToken) is { } pin)
                await RemakeAsync(pin, cancellationToken);
        }

        if (Remade > 0)
            Remembered(Remade, Unknown);
        await CompleteAsync(claims, cancellationToken);
        if (options.ComplianceTestMode)
            return;
        foreach (string id in await frames.UnclaimedAsync(claims, pins.Where(p => p.Value.State == PinState.Pinned).Select(p => p.Key),
            cancellationToken))
        {
            await database.UnsettleAsync(id, cancellationToken);
            Queued(id);
        }

        foreach (string id in pins.Where(p => p.Value.WasHere && !claims.ContainsKey(p.Key)).Select(p => p.Key))
            _unclaimed.Enqueue(id);
    }

    /// <summary>Claims what is left of pins that had no claim. Must have been through before a collection.</summary>
    public async Task ReclaimAsync(CancellationToken cancellationToken)
    {
        while (_unclaimed.TryPeek(out string? id))
        {
            await ReclaimAsync(id, cancellationToken);
            _unclaimed.TryDequeue(out _);
        }
    }

    /// <summary>The same for one pin, which cannot be followed.</summary>
    public async Task ReclaimAsync(string id, CancellationToken cancellationToken)
    {
        if (await database.FindAsync(id, cancellationToken) is { } pin)
            await frames.ReclaimAsync(pin, cancellationToken);
    }

    private async Task DropAsync(string id, CancellationToken cancellationToken)
    {
        await frames.DropAsync(id, cancellationToken);
        Dropped(id);
    }

    private async Task RemakeAsync(Pin pin, CancellationToken cancellationToken)
    {
        bool labelled = pin.Capture is not null || pin.Session is not null;
        var stands = labelled
            ? await database.AddUnlessSameAsync(pin, cancellationToken)
            : new(await database.AddAsync(pin, cancellationToken), PinOutcome.Created, []);
        foreach (var lost in stands.Replaced)
            await DropAsync(lost.Id, cancellationToken);
        if (stands.Outcome != PinOutcome.Created)
        {
            // The node has sent it again since, or a crash came between the claims and the row.
            if (pin.Covered is { } covered)
                await frames.ClaimAsync(stands.Pin, [.. covered, .. stands.Pin.Covered ?? []], cancellationToken);
            await DropAsync(pin.Id, cancellationToken);
            return;
        }

        Remade++;
        Unknown += pin.Node == Node.Unknown ? 1 : 0;
    }

    // What servers before did not write: notes beside claims, and what a directory keeps.
    private async Task CompleteAsync(IReadOnlyDictionary<string, bool> claims, CancellationToken cancellationToken)
    {
        foreach (string id in await database.UncoveredAsync(cancellationToken))
        {
            if (claims.ContainsKey(id) && await frames.RecallAsync(id, cancellationToken) is { Covered: { } covered })
                await database.CoverAsync(id, covered, cancellationToken);
        }

        foreach (string id in claims.Where(c => !c.Value).Select(c => c.Key))
        {
            if (await database.FindAsync(id, cancellationToken) is { } pin)
                await frames.NoteAsync(pin, cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Pin {Id} had no claim in the store: is its index gone, or the daemon's repository another one? It is queued until its "
            + "blocks are found here")]
    private partial void Queued(string id);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "The store had claims of {Id}, which has ended or was never promised; they were dropped")]
    private partial void Dropped(string id);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "{Count} pins that pins.db does not know were made again from what the block store has of them: pins.db is lost, or "
            + "older than blocks/. Of {Unknown} it is not known whose they are: wanda pinning-server pins --node \"(unknown)\"")]
    private partial void Remembered(int count, int unknown);
}
