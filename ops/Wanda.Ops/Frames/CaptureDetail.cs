using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.Ops;

/// <summary>Everything that is known of one frame.</summary>
public sealed record CaptureDetail
{
    /// <summary>The frame.</summary>
    public required FrameView Frame { get; init; }

    /// <summary>Where its file lies or lay, below the storage root.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// Its name and folder with the program that wrote it, below the watched folder; what is no visible text is written <c>\xNN</c>. Null
    /// for a camera's frame.
    /// </summary>
    public string? Original { get; init; }

    /// <summary>The camera or watched folder it came from.</summary>
    public required string Source { get; init; }

    /// <summary>
    /// What became of the file that it was taken from, in a sentence without its full stop; null where that is never touched.
    /// </summary>
    public string? OriginalFile { get; init; }

    /// <summary>The same as a state.</summary>
    public OriginalState? OriginalState { get; init; }

    /// <summary>SHA-256 of the file, hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Why its preview shows less than it should; null when it shows everything, or there is none.</summary>
    public string? PreviewWarning { get; init; }

    /// <summary>What was measured when its preview was made; null where nothing was.</summary>
    public FrameFigures? Figures { get; init; }

    /// <summary>What happens next, in a sentence.</summary>
    public required string Next { get; init; }

    /// <summary>What happened so far, oldest first.</summary>
    public required IReadOnlyList<TimelineEntry> Timeline { get; init; }

    /// <summary>Its proofs, newest first.</summary>
    public required IReadOnlyList<ProofView> Proofs { get; init; }

    /// <summary>Where it can be had by its CID: the gateways of the destinations that have proven it.</summary>
    public required IReadOnlyList<GatewayLink> Links { get; init; }
}

/// <summary>One line of a frame's custody timeline.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Words">The same in a word.</param>
/// <param name="Detail">In a sentence.</param>
/// <param name="Severity">How much it matters.</param>
public sealed record TimelineEntry(DateTimeOffset At, EventKind Kind, string Words, string Detail, Severity Severity);

/// <summary>An address where a destination serves a CID.</summary>
/// <param name="Destination">Its name.</param>
/// <param name="Url">The address.</param>
public sealed record GatewayLink(string Destination, string Url);
