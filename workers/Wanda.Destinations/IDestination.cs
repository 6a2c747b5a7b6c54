using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations;

/// <summary>A place that frames are offloaded to: a community's pinning server, a pinning service, ...</summary>
public interface IDestination
{
    /// <summary>Its name in the configuration.</summary>
    string Name { get; }

    /// <summary>Gives it an item's blocks. Doing it twice is harmless. Returns its own id of the pin, where it has one.</summary>
    /// <exception cref="DestinationDownException">It is down, or refuses us; nothing is wrong with the item.</exception>
    /// <exception cref="PoisonException">It will never take this item.</exception>
    Task<string?> PushAsync(OffloadItem item, CancellationToken cancellationToken);

    /// <summary>
    /// Makes it prove that it holds every byte of an item. The proof is returned, not stored; null when it offers no way to prove anything
    /// (<see cref="DestinationOptions.GivesProof"/>).
    /// </summary>
    /// <exception cref="NotHeldException">It does not hold the item, or holds other bytes.</exception>
    /// <exception cref="DestinationDownException">It is down, or refuses us.</exception>
    Task<CustodyProof?> ProveAsync(OffloadItem item, CancellationToken cancellationToken);

    /// <summary>Lets one of our pins go, by its own id: a directory that a newer one stands for.</summary>
    Task UnpinAsync(string remoteId, CancellationToken cancellationToken);
}

/// <summary>A destination at which what is unpinned is not gone.</summary>
public interface ITellsUnpinning
{
    /// <summary>What became of a pin that was let go there, as the frame's timeline tells it.</summary>
    string Unpinned(string remoteId);
}

/// <summary>A destination that is brought an item and asked for its proof in one read of our bytes.</summary>
public interface ISharesReading
{
    /// <inheritdoc cref="IDestination.PushAsync"/>
    Task<string?> PushAsync(ItemReading reading, CancellationToken cancellationToken);

    /// <inheritdoc cref="IDestination.ProveAsync"/>
    Task<CustodyProof?> ProveAsync(ItemReading reading, CancellationToken cancellationToken);

    /// <summary>Begins a reading.</summary>
    /// <param name="item">What is read.</param>
    /// <param name="questions">How many questions are to be kept from it.</param>
    ItemReading Read(OffloadItem item, int questions);
}

/// <summary>A destination whose copies can be read from its own endpoint.</summary>
public interface IReadable
{
    /// <summary>Opens the copy of an item for as long as <paramref name="read"/> takes; what that throws comes out as it is.</summary>
    /// <exception cref="NotHeldException">It does not hold the item.</exception>
    /// <exception cref="DestinationDownException">It is down, or refuses us.</exception>
    Task ReadAsync(OffloadItem item, Func<IBlockSource, Task> read, CancellationToken cancellationToken);
}

/// <summary>
/// A destination that answers possession questions which were prepared while the frame was here: an audit of it costs no download.
/// </summary>
public interface IAnswersChallenges
{
    /// <summary>Where its copy of an item is read back from when no question is left.</summary>
    /// <exception cref="NotHeldException">It does not hold the item's root.</exception>
    /// <exception cref="DestinationDownException">It is down, or refuses us.</exception>
    Task<ReadBackFrom> ThereAsync(OffloadItem item, CancellationToken cancellationToken);

    /// <summary>Asks one question and holds the answer against the one that was computed from our own bytes.</summary>
    /// <exception cref="NotHeldException">It does not hold the item, or holds other bytes.</exception>
    /// <exception cref="DestinationDownException">It is down, or refuses us.</exception>
    Task<CustodyProof> AnswerAsync(OffloadItem item, PossessionChallenge challenge, CancellationToken cancellationToken);
}

/// <summary>A destination that says beforehand what is going to end its service.</summary>
public interface IWarns
{
    /// <summary>What it said last, for the operator; null when it said nothing.</summary>
    string? Warning { get; }
}

/// <summary>A destination that looks after what it holds, and tells what it has lost.</summary>
public interface ITellsLosses
{
    /// <summary>
    /// The CIDs that it knows it does not hold whole any more, the latest first, some 100 at most. Each is for an audit to decide.
    /// </summary>
    /// <exception cref="DestinationDownException">It is down, or refuses us.</exception>
    Task<IReadOnlyList<string>> LostAsync(CancellationToken cancellationToken);
}

/// <summary>A destination whose disk may be taken out, or be another one.</summary>
public interface IHasDisk
{
    /// <summary>Looks which disk is there, and has it on record.</summary>
    /// <exception cref="DestinationDownException">None is, or it is somebody else's.</exception>
    Task LookAsync(CancellationToken cancellationToken);
}

/// <summary>A destination that keeps room free for a session before it comes, and says what room it has.</summary>
public interface IKeepsRoom
{
    /// <summary>
    /// Asks it to keep room for all that a session is to have there; again: another amount, or longer. Null when it does, else its words.
    /// </summary>
    /// <exception cref="DestinationDownException">It is down, or refuses us.</exception>
    Task<string?> KeepRoomAsync(string session, long bytes, CancellationToken cancellationToken);

    /// <summary>
    /// Bytes that it still takes from this node, those that it keeps free for our sessions included; null when it does not say.
    /// </summary>
    /// <exception cref="DestinationDownException">It is down, or refuses us.</exception>
    Task<long?> RoomAsync(CancellationToken cancellationToken);
}

/// <summary>A destination that also keeps IPNS records.</summary>
public interface INameRouter
{
    /// <summary>The newest valid record it knows for a name, or null.</summary>
    Task<byte[]?> FindRecordAsync(string name, CancellationToken cancellationToken);

    /// <summary>Gives it a signed record.</summary>
    Task PutRecordAsync(string name, byte[] record, CancellationToken cancellationToken);
}
