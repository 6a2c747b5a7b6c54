namespace Wanda.Contracts;

/// <summary>What every message about one capture carries. The message's correlation id is the capture's id.</summary>
public interface ICaptureEvent
{
    /// <summary>The capture.</summary>
    CaptureId CaptureId { get; }

    /// <summary>The session it belongs to.</summary>
    SessionName Session { get; }
}

/// <summary>
/// A frame is on disk under its final name and in the catalogue (law 1). Consumers read the rest (path, format, size) from the catalogue,
/// which is the truth: the message may be old.
/// </summary>
public sealed record CaptureSaved : ICaptureEvent
{
    /// <inheritdoc/>
    public required CaptureId CaptureId { get; init; }

    /// <inheritdoc/>
    public required SessionName Session { get; init; }

    /// <summary>The frame's number in its session, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The frame's size in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>When it was saved, UTC.</summary>
    public required DateTimeOffset SavedAt { get; init; }
}

/// <summary>A preview was made for a frame; it survives the frame's release.</summary>
public sealed record ThumbnailCreated : ICaptureEvent
{
    /// <inheritdoc/>
    public required CaptureId CaptureId { get; init; }

    /// <inheritdoc/>
    public required SessionName Session { get; init; }
}

/// <summary>A frame cannot be previewed, and never will be. It is still added, offloaded and proven (law 8).</summary>
public sealed record ThumbnailUnavailable : ICaptureEvent
{
    /// <inheritdoc/>
    public required CaptureId CaptureId { get; init; }

    /// <inheritdoc/>
    public required SessionName Session { get; init; }

    /// <summary>Why, in a sentence for the operator.</summary>
    public required string Reason { get; init; }
}

/// <summary>A frame has its CID, and its blocks are pinned on this node.</summary>
public sealed record CaptureAdded : ICaptureEvent
{
    /// <inheritdoc/>
    public required CaptureId CaptureId { get; init; }

    /// <inheritdoc/>
    public required SessionName Session { get; init; }

    /// <summary>The frame's root CID, computed here.</summary>
    public required string Cid { get; init; }

    /// <summary>The frame's size in bytes.</summary>
    public required long SizeBytes { get; init; }
}

/// <summary>A destination proved that it holds every byte of a frame. The proof itself is in the catalogue.</summary>
public sealed record CaptureProven : ICaptureEvent
{
    /// <inheritdoc/>
    public required CaptureId CaptureId { get; init; }

    /// <inheritdoc/>
    public required SessionName Session { get; init; }

    /// <summary>The CID that was proven.</summary>
    public required string Cid { get; init; }

    /// <summary>The destination's name in the configuration.</summary>
    public required string Destination { get; init; }
}

/// <summary>
/// A frame's local bytes were freed after proof. Nobody acts on it, so nothing publishes it any more; queues of 0.2 may hold it.
/// </summary>
public sealed record CaptureReleased : ICaptureEvent
{
    /// <inheritdoc/>
    public required CaptureId CaptureId { get; init; }

    /// <inheritdoc/>
    public required SessionName Session { get; init; }

    /// <summary>How many bytes were freed.</summary>
    public required long SizeBytes { get; init; }
}

/// <summary>
/// An operator discarded a frame: whoever has something of it lets it go (law 2). The tombstone itself is in the catalogue.
/// </summary>
public sealed record CaptureDiscarded : ICaptureEvent
{
    /// <inheritdoc/>
    public required CaptureId CaptureId { get; init; }

    /// <inheritdoc/>
    public required SessionName Session { get; init; }
}
