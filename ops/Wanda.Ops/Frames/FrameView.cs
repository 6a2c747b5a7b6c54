using Wanda.Custody;

namespace Wanda.Ops;

/// <summary>A frame as it stands in a list.</summary>
public sealed record FrameView
{
    /// <summary>Its capture id.</summary>
    public required string Id { get; init; }

    /// <summary>Its session.</summary>
    public required string Session { get; init; }

    /// <summary>What that session's user calls it; its name where that is all.</summary>
    public required string SessionLabel { get; init; }

    /// <summary>Its number in the session.</summary>
    public required int Number { get; init; }

    /// <summary>Its file's name.</summary>
    public required string FileName { get; init; }

    /// <summary>Its size in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>When the exposure began, UTC.</summary>
    public required DateTimeOffset TakenAt { get; init; }

    /// <summary>When it was saved, UTC.</summary>
    public required DateTimeOffset SavedAt { get; init; }

    /// <summary>Whether the clock could be trusted then.</summary>
    public required bool ClockTrusted { get; init; }

    /// <summary>Where it is.</summary>
    public required CustodyState State { get; init; }

    /// <summary>The same in the operator's words: "safe on altermundi, freed here".</summary>
    public required string Custody { get; init; }

    /// <summary>The same in a word or two, for a narrow column.</summary>
    public required string Short { get; init; }

    /// <summary>How much that should worry.</summary>
    public required Severity Severity { get; init; }

    /// <summary>What did not work lately, or why it waits; null when nothing is in its way.</summary>
    public string? Why { get; init; }

    /// <summary>Whether nobody tries its next step again unless told to.</summary>
    public bool IsStuck { get; init; }

    /// <summary>Its CID, once computed.</summary>
    public string? Cid { get; init; }

    /// <summary>Whether it has a preview.</summary>
    public required PreviewState Preview { get; init; }

    /// <summary>Why it has none.</summary>
    public string? PreviewReason { get; init; }

    /// <summary>A picture, a video, or what lies beside them.</summary>
    public required CaptureKind Kind { get; init; }

    /// <summary>Exposure, gain, filter, object, ...</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }
}

/// <summary>One page of frames, newest first.</summary>
/// <param name="Frames">The frames.</param>
/// <param name="Total">How many the filter finds in all.</param>
/// <param name="Next">What <c>before</c> takes for the next page; null on the last one.</param>
public sealed record FramePage(IReadOnlyList<FrameView> Frames, int Total, string? Next);
