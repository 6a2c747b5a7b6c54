using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.Ops;

/// <summary>The answer to the operator's question: which frames exist in one place only, why, and when does that clear?</summary>
public sealed record NightSummary
{
    /// <summary>The answer in one sentence.</summary>
    public required string Sentence { get; init; }

    /// <inheritdoc cref="NightSeverity.Of"/>
    public Severity Severity => NightSeverity.Of(this);

    /// <summary>That frames are not taken, since when and why, in a sentence; null while they are.</summary>
    public string? CaptureStopped { get; init; }

    /// <summary>The night it is about; null before the first frame.</summary>
    public NightSpan? Night { get; init; }

    /// <summary>How many of the night's frames are where.</summary>
    public CustodyCounts Counts { get; init; } = new();

    /// <summary>How many of them each destination has proven.</summary>
    public IReadOnlyList<DestinationCount> SafeOn { get; init; } = [];

    /// <summary>Frames of earlier nights that are only here.</summary>
    public int OlderOnlyHere { get; init; }

    /// <summary>Videos and sidecars of any night that are only here.</summary>
    public int OthersOnlyHere { get; init; }

    /// <summary>All frames and other files of any night that are on this machine only, as a list of them counts.</summary>
    public int AtRisk => Counts.OnlyHere + OlderOnlyHere + OthersOnlyHere;

    /// <summary>Frames and other files of any night that are nowhere any more as they were saved.</summary>
    public int Lost => LostFreed + OthersLostFreed + LostFiles + OthersLostFiles;

    /// <summary>The frames among them that were freed here and that no destination proves any more.</summary>
    public int LostFreed { get; init; }

    /// <summary>The same of videos and sidecars.</summary>
    public int OthersLostFreed { get; init; }

    /// <summary>The frames among them whose file here was removed, changed or damaged before any destination had proven it.</summary>
    public int LostFiles { get; init; }

    /// <summary>The same of videos and sidecars.</summary>
    public int OthersLostFiles { get; init; }

    /// <summary>Frames of any night that are freed here and proven by a destination on this machine alone.</summary>
    public int Near { get; init; }

    /// <summary>The same of videos and sidecars.</summary>
    public int OthersNear { get; init; }

    /// <summary>What was freed here of any night and a place alone has proven which is not configured any more.</summary>
    public IReadOnlyList<UnprovenCount> LeftBehind { get; init; } = [];

    /// <summary>Frames of any night that were freed here and whose proof has expired: an audit is due.</summary>
    public int Expired { get; init; }

    /// <summary>The same of videos and sidecars.</summary>
    public int OthersExpired { get; init; }

    /// <summary>When the night's frames that are only here will be safe; null when there are none.</summary>
    public ClearEstimate? Clear { get; init; }

    /// <summary>Why, and what else needs a look; the worst first.</summary>
    public IReadOnlyList<Notice> Notices { get; init; } = [];

    /// <summary>How long this node can go on like this; null while too little is known.</summary>
    public Forecast? Forecast { get; init; }

    /// <summary>What must be said of copies on this machine; null outside <c>wanda demo</c>.</summary>
    public string? Demo { get; init; }

    /// <summary>When this was read, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Whether the clock was believed then (law 10).</summary>
    public bool ClockIsBelieved { get; init; } = true;

    /// <summary>By which "tonight" is tonight, UTC: <see cref="At"/>, or the newest time that was believed.</summary>
    public DateTimeOffset? Today { get; init; }
}
