namespace Wanda.Ipfs;

/// <summary>Whether a daemon flushes, and what to tell its operator.</summary>
/// <param name="Flushing">Whether a block is on its disk before it is answered for.</param>
/// <param name="Reason">Why not, or why that cannot be told, as the rest of a sentence about the daemon; empty when it does.</param>
public sealed record KuboFlush(Flushing Flushing, string Reason)
{
    /// <summary>
    /// Whether it is we who must flush (<see cref="KuboDurability.FlushAsync"/>), after what it takes and before our yes.
    /// </summary>
    public bool IsByUs => Disk is not null;

    internal KuboDisk? Disk { get; init; }

    /// <summary>When the daemon that flushes by itself was started, in its own words; null where it does not.</summary>
    internal string? Started { get; init; }
}
