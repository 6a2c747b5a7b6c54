namespace Wanda.Custody;

/// <summary>The node now, as far as a release depends on it.</summary>
/// <param name="Now">UTC.</param>
/// <param name="ClockProblem">Why the clock cannot be trusted; null when it can (law 10).</param>
/// <param name="BelowLowWater">
/// Whether frames go for want of space: from <c>release.lowWater</c> until <c>release.highWater</c> is reached.
/// </param>
/// <param name="Destinations">All destinations that are known, and their breakers.</param>
/// <param name="Awaited">Those of them, by name, that frames wait for: configured to stay, and able to prove what they hold.</param>
public sealed record Situation(
    DateTimeOffset Now, ClockProblem? ClockProblem, bool BelowLowWater, IReadOnlyList<DestinationRecord> Destinations,
    IReadOnlyCollection<string> Awaited);
