namespace Wanda.Custody;

/// <summary>Why the clock is not to be acted on (law 10).</summary>
public enum ClockCode
{
    /// <summary>It is before the newest time on record.</summary>
    WentBack,

    /// <summary>It is not synchronised yet.</summary>
    NotSynchronised,

    /// <summary>It is not synchronised, and further ahead of the newest time on record than the operator lets pass.</summary>
    FarAhead,
}

/// <summary>The same with what it says. What it is in words is chosen where it is shown.</summary>
/// <param name="Code">Why.</param>
/// <param name="Clock">What the clock says, UTC.</param>
/// <param name="Newest">The newest time on record, UTC; null: there is none.</param>
public sealed record ClockProblem(ClockCode Code, DateTimeOffset Clock, DateTimeOffset? Newest);
