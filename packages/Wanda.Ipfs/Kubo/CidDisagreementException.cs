namespace Wanda.Ipfs;

/// <summary>A daemon says that content has another CID than was computed here from its bytes. Nothing is taken from it.</summary>
public sealed class CidDisagreementException(string remote, Cid computed, Cid answered)
    : IOException($"{remote} answers with {answered} for what is {computed}. One of the two computes wrongly; nothing was taken over.")
{
    /// <summary>The CID that was computed here.</summary>
    public Cid Computed { get; } = computed;

    /// <summary>The CID in the daemon's answer.</summary>
    public Cid Answered { get; } = answered;
}
