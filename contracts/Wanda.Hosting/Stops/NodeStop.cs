namespace Wanda.Hosting;

/// <summary>What makes a node stand still, whichever of its processes looks.</summary>
public enum StopKind
{
    /// <summary>The storage folder is not there, or is another disk's: nothing is taken or freed.</summary>
    Storage,

    /// <summary>Free space is below <c>storage.floor</c>: nothing is taken (law 6).</summary>
    Floor,

    /// <summary>The clock is not believed: nothing is freed, and no name is signed (law 10).</summary>
    Clock,
}

/// <summary>One thing that makes a node stand still.</summary>
/// <param name="Kind">What.</param>
/// <param name="Reason">What is wrong and what to do, in sentences.</param>
/// <param name="Since">Since when, UTC, to the interval at which the node's processes look.</param>
public sealed record NodeStop(StopKind Kind, string Reason, DateTimeOffset Since);
