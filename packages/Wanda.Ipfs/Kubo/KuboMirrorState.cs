namespace Wanda.Ipfs;

/// <summary>Whether a daemon takes what it is handed, and what waits for it.</summary>
/// <param name="Up">Whether the daemon answers and is new enough.</param>
/// <param name="Reason">Which daemon, or why none: a sentence for the operator.</param>
/// <param name="Waiting">How many CIDs are pinned here and not yet confirmed there.</param>
/// <param name="Problem">
/// What could not be handed over though the daemon is up, one sentence of the first; null when there is nothing.
/// </param>
public sealed record KuboMirrorState(bool Up, string Reason, int Waiting, string? Problem)
{
    /// <summary>Before the first look.</summary>
    public static KuboMirrorState Unknown { get; } = new(false, "The daemon was not asked yet.", 0, null);
}
