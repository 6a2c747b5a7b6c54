using Wanda.Ipfs;

namespace Wanda.Interop.Tests.Kubo.Walk;

/// <summary>What became of a block's file by our hand.</summary>
/// <param name="Kubo">Where.</param>
/// <param name="Frame">The frame that it is of.</param>
/// <param name="Block">The block.</param>
/// <param name="Kind">What was done.</param>
internal sealed record WalkDamage(WalkKubo Kubo, WalkFrame Frame, Cid Block, Damage Kind)
{
    /// <summary>When it was done, or was there again after a power cut.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>How long its destination could not be asked before, all together.</summary>
    public TimeSpan OutageBefore { get; set; }

    /// <summary>When it was last seen: what was proven later was good then.</summary>
    public DateTimeOffset LastBad { get; set; }

    /// <summary>Whether it is still there.</summary>
    public bool IsOpen { get; set; } = true;

    /// <summary>Whether the node said so.</summary>
    public bool IsTold { get; set; }

    public override string ToString() => $"block of {Frame.Name} at {Kubo.Name} ({Kind}, {Block}, {At:HH:mm:ss.f})";

    /// <summary>Does it.</summary>
    public static WalkDamage Do(WalkKubo kubo, WalkFrame frame, Cid block, Damage kind)
    {
        KuboBlockFile.Hurt(kubo.Repository, block, kind);
        var now = TimeProvider.System.GetUtcNow();
        return new WalkDamage(kubo, frame, block, kind) { At = now, LastBad = now };
    }
}
