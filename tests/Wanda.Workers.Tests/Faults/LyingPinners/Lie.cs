namespace Wanda.Workers.Tests.Faults.LyingPinners;

/// <summary>What a pinner can do instead of holding a frame.</summary>
public enum Lie
{
    /// <summary>It does none of it: the row that must end in a release, so that the others can fail.</summary>
    None,

    /// <summary>It says that it keeps the frame and has none of it.</summary>
    PinnedAndMissing,

    /// <summary>It gives other bytes, of the right length.</summary>
    OtherBytes,

    /// <summary>It gives the root, once.</summary>
    OnceAndNeverAgain,

    /// <summary>It gives the beginning of what it is asked for and ends there, as if that were all.</summary>
    Truncated,

    /// <summary>It begins to answer and then says nothing more, for ever.</summary>
    Stalls,

    /// <summary>It gives the frame, a few bytes a second, and so is never silent.</summary>
    Drips,

    /// <summary>It calls our bytes by another CID.</summary>
    AnotherCid,

    /// <summary>It keeps the frame where nobody can read it.</summary>
    Private,

    /// <summary>It keeps nothing and fetches from a node of ours to answer.</summary>
    FetchesFromUs,

    /// <summary>It gives something sound that is not the frame.</summary>
    AnotherRoot,

    /// <summary>
    /// It gives the frame with something else in it. In a CAR that is no lie: clients ignore what they did not ask for (Trustless Gateway).
    /// </summary>
    ExtraBlocks,

    /// <summary>It gives the truth for all blocks but the last.</summary>
    OtherLastBlock,
}
