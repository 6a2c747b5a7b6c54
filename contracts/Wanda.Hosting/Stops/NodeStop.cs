using Wanda.Custody;

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

/// <summary>One thing that makes a node stand still. What it is in words is chosen where it is shown.</summary>
/// <param name="Kind">What.</param>
/// <param name="Since">Since when, UTC, to the interval at which the node's processes look.</param>
public sealed record NodeStop(StopKind Kind, DateTimeOffset Since)
{
    /// <summary>Of <see cref="StopKind.Storage"/>: what the folder's check, or the system, says.</summary>
    public string? Storage { get; init; }

    /// <summary>Of <see cref="StopKind.Floor"/>: how many bytes are free.</summary>
    public long FreeBytes { get; init; }

    /// <summary>Of <see cref="StopKind.Clock"/>: why the clock is not believed.</summary>
    public ClockProblem? Clock { get; init; }
}
