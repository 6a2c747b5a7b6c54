namespace Wanda.Contracts;

/// <summary>
/// What every message about one session carries. The message's correlation id is <see cref="SessionName.CorrelationId"/>.
/// </summary>
public interface ISessionEvent
{
    /// <summary>The session.</summary>
    SessionName Session { get; }
}

/// <summary>No more frames will come into a session, unless somebody opens it again.</summary>
public sealed record SessionEnded : ISessionEvent
{
    /// <inheritdoc/>
    public required SessionName Session { get; init; }

    /// <summary>How many frames it has.</summary>
    public required int Frames { get; init; }
}

/// <summary>A session has frames that its newest archive does not hold: time to make the next one.</summary>
public sealed record SessionArchiveDue : ISessionEvent
{
    /// <inheritdoc/>
    public required SessionName Session { get; init; }
}

/// <summary>A session's directory (its frames under their names, and <c>metadata.json</c>) has a CID.</summary>
public sealed record SessionArchived : ISessionEvent
{
    /// <inheritdoc/>
    public required SessionName Session { get; init; }

    /// <summary>The directory's CID.</summary>
    public required string DirectoryCid { get; init; }

    /// <summary>How many frames it links to.</summary>
    public required int Frames { get; init; }
}

/// <summary>A destination proved that it holds a session's directory and metadata.</summary>
public sealed record SessionProven : ISessionEvent
{
    /// <inheritdoc/>
    public required SessionName Session { get; init; }

    /// <summary>The directory's CID.</summary>
    public required string DirectoryCid { get; init; }

    /// <summary>The destination's name in the configuration.</summary>
    public required string Destination { get; init; }
}

/// <summary>
/// The node's IPNS name points to a new root, and a router took the record. Nobody acts on it, so nothing publishes it any more; queues of
/// 0.2 may hold it.
/// </summary>
public sealed record IpnsPublished
{
    /// <summary>The node's name: the libp2p-key CID in base36.</summary>
    public required string Name { get; init; }

    /// <summary>The root directory of the node's sessions.</summary>
    public required string RootCid { get; init; }

    /// <summary>The record's sequence number.</summary>
    public required ulong Sequence { get; init; }
}
