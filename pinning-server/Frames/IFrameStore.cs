using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>Where frames are kept: in this server's own folder, or in a Kubo daemon.</summary>
internal interface IFrameStore
{
    /// <summary>What is kept here; it fetches nothing from anywhere else.</summary>
    IBlockSource Blocks { get; }

    /// <summary>The same, with the blocks of an upload.</summary>
    IBlockSource With(BlockBatch batch);

    /// <summary>Why uploads would be refused now; null when they would not.</summary>
    Task<string?> TroubleAsync(CancellationToken cancellationToken);

    /// <summary>Whether what is kept here is on disk before an upload is answered.</summary>
    Task<Flushing> FlushingAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Makes an upload's blocks durable, and claims for the pin what it covers. Until the result is disposed they stay even though the pin
    /// has no row yet.
    /// </summary>
    /// <param name="batch">The blocks that came; all were checked.</param>
    /// <param name="pin">Not stored yet.</param>
    /// <param name="covered">What the pin is to keep, root first: in the batch, or here already.</param>
    /// <param name="received">What is in the batch.</param>
    /// <param name="cancellationToken">Stops it; then nothing was promised.</param>
    /// <exception cref="BlockNotFoundException">A block that was here already is damaged.</exception>
    Task<IDisposable> KeepAsync(
        BlockBatch batch, Pin pin, List<BlockInfo> covered, IReadOnlyDictionary<Cid, int> received, CancellationToken cancellationToken);

    /// <summary>Claims for a pin what is here already.</summary>
    /// <exception cref="BlockNotFoundException">Some of it is no longer.</exception>
    Task ClaimAsync(Pin pin, List<BlockInfo> covered, CancellationToken cancellationToken);

    /// <summary>Drops the claims of a pin; the row went before.</summary>
    Task DropAsync(string id, CancellationToken cancellationToken);

    /// <summary>Drops claims that have no row. Those of a queued pin stay: what is left of it may be all that there is.</summary>
    /// <param name="pins">All pins by their ids.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Settled pins that nothing is claimed for.</returns>
    Task<IReadOnlyList<string>> ReconcileAsync(IReadOnlyDictionary<string, PinState> pins, CancellationToken cancellationToken);

    /// <summary>Removes what nobody claims.</summary>
    Task<CollectionResult> CollectAsync(CancellationToken cancellationToken);
}
