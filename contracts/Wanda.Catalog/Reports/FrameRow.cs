using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>Which frames a list shows.</summary>
public enum FrameFilter
{
    /// <summary>All of them, discarded ones too.</summary>
    All,

    /// <summary>On this node only: the ones at risk.</summary>
    OnlyHere,

    /// <summary>Proven by a destination, whether or not this node still has them.</summary>
    Safe,

    /// <summary>Proven, and still here.</summary>
    Kept,

    /// <summary>Proven, and freed here.</summary>
    Freed,

    /// <summary>Freed here, with a proof that has expired: an audit is due.</summary>
    Expired,

    /// <summary>Freed here, and proven by a place alone that is not configured any more.</summary>
    LeftBehind,

    /// <summary>On this machine's disks only, proven by a destination that is on it.</summary>
    Near,

    /// <summary>Not here as they were saved, and proven nowhere any more.</summary>
    Lost,

    /// <summary>Without a preview, now or for ever.</summary>
    NoPreview,

    /// <summary>Discarded by an operator.</summary>
    Discarded,
}

/// <summary>A frame with its place in the custody chain.</summary>
/// <param name="Capture">The frame.</param>
/// <param name="Custody">Where it is.</param>
public sealed record FrameRow(CaptureRecord Capture, FrameCustody Custody);

/// <summary>Where a frame is, and what stands in its way.</summary>
public sealed record FrameCustody
{
    /// <summary>The state; proofs on this machine count only when the query said so.</summary>
    public CustodyState State { get; init; }

    /// <summary>The destinations whose proof of the frame's CID counts, comma-separated; null when there is none.</summary>
    public string? SafeOn { get; init; }

    /// <summary>In how many distinct failure domains a copy of it counts.</summary>
    public int Domains { get; init; }

    /// <summary>The destinations that had proven it and are not configured any more, or point elsewhere; null when there is none.</summary>
    public string? WasOn { get; init; }

    /// <summary>The destinations on this machine that have proven it, comma-separated; null when there is none.</summary>
    public string? NearOn { get; init; }

    /// <summary>The destinations that took it, proven or not, comma-separated; null when there is none.</summary>
    public string? SentTo { get; init; }

    /// <summary>What did not work, when that is the newest line of its timeline.</summary>
    public string? Trouble { get; init; }
}

/// <summary>How many frames are where.</summary>
public sealed record CustodyCounts
{
    /// <summary>Frames, which are pictures, that were not discarded.</summary>
    public int Frames { get; init; }

    /// <summary>Frames that a destination has proven, without those whose proof has expired since they were freed here.</summary>
    public int Safe { get; init; }

    /// <summary>Frames freed here whose proof has expired: an audit is due.</summary>
    public int Expired { get; init; }

    /// <summary>Frames that are on this node only.</summary>
    public int OnlyHere { get; init; }

    /// <summary>Videos and sidecars: kept and offloaded as frames are, and not among them.</summary>
    public int Others { get; init; }

    /// <summary>Those of them that are on this node only.</summary>
    public int OthersOnlyHere { get; init; }

    /// <summary>Those of them that were freed here and are proven nowhere.</summary>
    public int OthersLost { get; init; }

    /// <summary>Those of them that are left behind.</summary>
    public int OthersLeftBehind { get; init; }

    /// <summary>Bytes of all that is on this node only.</summary>
    public long OnlyHereBytes { get; init; }

    /// <summary>Frames freed here and proven by places alone that are not configured any more.</summary>
    public int LeftBehind { get; init; }

    /// <summary>Frames that are not here as they were saved, and proven nowhere.</summary>
    public int Lost { get; init; }

    /// <summary>Those of <see cref="OnlyHere"/> that a destination on this machine has proven.</summary>
    public int OnlyHereNear { get; init; }

    /// <summary>Frames freed here, and proven by a destination on this machine alone.</summary>
    public int Near { get; init; }

    /// <summary>The same of videos and sidecars.</summary>
    public int OthersNear { get; init; }

    /// <summary>Frames whose local bytes are freed.</summary>
    public int Released { get; init; }

    /// <summary>Bytes of all of them.</summary>
    public long Bytes { get; init; }
}

/// <summary>How many frames a destination has proven.</summary>
public sealed record DestinationCount
{
    /// <summary>The destination's name.</summary>
    public string Destination { get; init; } = "";

    /// <summary>Distinct frames.</summary>
    public int Frames { get; init; }
}

/// <summary>Frames freed here that no destination of today has proven, by who had proven them last.</summary>
public sealed record UnprovenCount
{
    /// <summary>Its name, as it was then; null: nobody's proof is left, they are lost.</summary>
    public string? Destination { get; init; }

    /// <summary>Where it pointed then; null where that is not on record.</summary>
    public string? Place { get; init; }

    /// <summary>Whether their files here were removed, changed or damaged; otherwise they were freed.</summary>
    public bool FileLost { get; init; }

    /// <summary>Frames.</summary>
    public int Frames { get; init; }

    /// <summary>Videos and sidecars.</summary>
    public int Others { get; init; }
}

/// <summary>A count of frames, and of the other files beside them.</summary>
public sealed record FileCount
{
    /// <summary>Frames.</summary>
    public int Frames { get; init; }

    /// <summary>Videos and sidecars.</summary>
    public int Others { get; init; }
}

/// <summary>What was proven lately: the pace that an estimate is made from.</summary>
public sealed record ProvenPace
{
    /// <summary>Distinct frames proven in the window.</summary>
    public int Frames { get; init; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>When the first of them was proven: the pace counts from there.</summary>
    public DateTimeOffset? FirstProvenAt { get; init; }
}

/// <summary>A session and how many of its frames are where.</summary>
public sealed record SessionRow
{
    /// <summary>The session.</summary>
    public required SessionRecord Session { get; init; }

    /// <summary>Its frames.</summary>
    public required CustodyCounts Counts { get; init; }

    /// <summary>The destinations that have proven its newest archive, comma-separated; null when none has.</summary>
    public string? ArchiveSafeOn { get; init; }
}
