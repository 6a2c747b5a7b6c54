namespace Wanda.Catalog;

/// <summary>Proofs of freed frames that end in a span of time.</summary>
public sealed record EndingProofs
{
    /// <summary>How many frames.</summary>
    public int Frames { get; init; }

    /// <summary>When the first of them ends; null when there is none.</summary>
    public DateTimeOffset? FirstAt { get; init; }
}
