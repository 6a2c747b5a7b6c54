namespace Wanda.Custody;

/// <summary>When a proven frame's local bytes go.</summary>
public enum ReleaseWhen
{
    /// <summary>After <see cref="ReleaseRules.Nights"/> nights, or sooner when space is needed.</summary>
    Space,

    /// <summary>As soon as it is proven: for a node that keeps nothing.</summary>
    Proven,

    /// <summary>Never.</summary>
    Never,
}

/// <summary>What an operator wants of releases.</summary>
/// <param name="When">When a proven frame goes.</param>
/// <param name="Copies">In how many distinct failure domains it must be proven, at least 1.</param>
/// <param name="Nights">With <see cref="ReleaseWhen.Space"/>: after so many nights in any case.</param>
/// <param name="CountThisMachine">Whether a copy on this machine counts: in <c>wanda demo</c> alone.</param>
public sealed record ReleaseRules(ReleaseWhen When, int Copies, int Nights, bool CountThisMachine);
