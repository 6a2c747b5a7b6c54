using Wanda.Custody;

namespace Wanda.Ops;

/// <summary>A session as an operator sees it.</summary>
public sealed record SessionView
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What its user calls it: for a run of another program its folder; else its name.</summary>
    public required string Label { get; init; }

    /// <summary>Where its frames came from: camera, watched, rebuilt.</summary>
    public required string Kind { get; init; }

    /// <summary>When it started, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended, UTC; null while it is open.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Its frames.</summary>
    public required int Frames { get; init; }

    /// <summary>How many images its program counted; null where it says nothing.</summary>
    public int? Counted { get; init; }

    /// <summary>
    /// The same beside what is here, where the two differ: a program counts what it never wrote. A fact, and nothing to be done about.
    /// </summary>
    public string? CountedWords { get; init; }

    /// <summary>Those that a destination has proven.</summary>
    public required int Safe { get; init; }

    /// <summary>Those that are only here.</summary>
    public required int OnlyHere { get; init; }

    /// <summary>Those that were freed here and are proven by a destination on this machine alone.</summary>
    public required int Near { get; init; }

    /// <summary>Videos and sidecars: kept and offloaded as frames are, and not among them.</summary>
    public required int Others { get; init; }

    /// <summary>Those of them that are only here.</summary>
    public required int OthersOnlyHere { get; init; }

    /// <summary>Those that were freed here and are proven by places alone that are not configured any more.</summary>
    public required int LeftBehind { get; init; }

    /// <summary>Those that are not here as they were saved and can be proven nowhere.</summary>
    public required int Lost { get; init; }

    /// <summary>Those that were freed here and whose proof has expired: an audit is due.</summary>
    public required int Expired { get; init; }

    /// <summary>Those whose local bytes are freed.</summary>
    public required int Freed { get; init; }

    /// <summary>Bytes of all of them.</summary>
    public required long Bytes { get; init; }

    /// <summary>The directory CID of its newest archive.</summary>
    public string? DirectoryCid { get; init; }

    /// <summary>How its archive stands, in a few words.</summary>
    public required string Archive { get; init; }

    /// <summary>How much it should worry.</summary>
    public required Severity Severity { get; init; }
}
