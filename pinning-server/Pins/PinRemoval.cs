namespace Wanda.PinningServer;

/// <summary>
/// Ends a promise: the row first, which is the truth, then the store's claims. Between the two a crash leaves claims that
/// <see cref="PinReconciler"/> drops.
/// </summary>
internal sealed class PinRemoval(PinDatabase database, IFrameStore frames, QuotaLedger ledger)
{
    /// <summary>Removes a pin of this node; nothing happens when it has none of that id.</summary>
    public async Task RemoveAsync(string node, string id, CancellationToken cancellationToken)
    {
        if (await database.DeleteAsync(node, id, cancellationToken) is not { } deleted)
            return;
        if (deleted.State == PinState.Pinned)
            ledger.Count(node, deleted.Session, -1, -deleted.Bytes);
        await frames.DropAsync(id, CancellationToken.None);
    }

    /// <summary>Lets go of what the operator dropped from outside of this process.</summary>
    public async Task FinishDroppedAsync(CancellationToken cancellationToken)
    {
        while (await database.TakeDroppedAsync(cancellationToken) is { } dropped)
        {
            ledger.Count(dropped.Node, dropped.Session, -dropped.Pins, -dropped.Bytes);
            await frames.DropAsync(dropped.Id, CancellationToken.None);
        }
    }
}
