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

    /// <summary>Claims for a pin what is here of these blocks, and keeps beside it what makes the row again.</summary>
    Task ClaimAsync(Pin pin, IReadOnlyList<Cid> covered, CancellationToken cancellationToken);

    /// <summary>The blocks that a pin keeps, as far as they are here.</summary>
    Task<IReadOnlyList<Cid>> ListAsync(Pin pin, CancellationToken cancellationToken);

    /// <summary>Drops the claims of a pin; the row went before.</summary>
    Task DropAsync(string id, CancellationToken cancellationToken);

    /// <summary>The id of each pin that something is claimed for, and whether there is a note beside it.</summary>
    Task<IReadOnlyDictionary<string, bool>> ClaimsAsync(CancellationToken cancellationToken);

    /// <summary>Keeps beside the claims of a pin what makes its row again.</summary>
    Task NoteAsync(Pin pin, CancellationToken cancellationToken);

    /// <summary>The pin that a claim is of, as far as it can be told without a row.</summary>
    /// <returns>Null when nothing is claimed.</returns>
    Task<Pin?> RecallAsync(string id, CancellationToken cancellationToken);

    /// <summary>Claims what is left of a pin whose claims are gone. Less than all is no reason to refuse.</summary>
    Task ReclaimAsync(Pin pin, CancellationToken cancellationToken);

    /// <summary>Of settled pins, those that nothing is kept for.</summary>
    Task<IReadOnlyList<string>> UnclaimedAsync(
        IReadOnlyDictionary<string, bool> claims, IEnumerable<string> settled, CancellationToken cancellationToken);

    /// <summary>
    /// Settled pins that nothing keeps any more where others may unpin, or swap all that is there for another; none where nobody can.
    /// </summary>
    /// <exception cref="RemoteException">It cannot be told.</exception>
    Task<IReadOnlyList<Pin>> UnkeptAsync(CancellationToken cancellationToken);

    /// <summary>Keeps such a pin again.</summary>
    /// <exception cref="BlockNotFoundException">It has lost a block.</exception>
    Task KeepAgainAsync(Pin pin, CancellationToken cancellationToken);

    /// <summary>Removes what nobody claims.</summary>
    Task<CollectionResult> CollectAsync(CancellationToken cancellationToken);
}
