namespace Wanda.Ipfs;

/// <summary>Whether what a remote took is on its disk before it answers: what is in its memory alone goes with a power cut.</summary>
public enum Flushing
{
    /// <summary>It cannot be told.</summary>
    Unknown,

    /// <summary>It answers first.</summary>
    No,

    /// <summary>It is.</summary>
    Yes,
}
