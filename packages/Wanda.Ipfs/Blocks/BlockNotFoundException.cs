namespace Wanda.Ipfs;

/// <summary>No sound copy of a block could be read; the message says where it was looked for and what was wrong there.</summary>
public sealed class BlockNotFoundException(Cid cid, string detail, bool damaged = false, Exception? inner = null)
    : IOException($"Block {cid} cannot be read: {detail}", inner)
{
    /// <summary>The block that was wanted.</summary>
    public Cid Cid { get; } = cid;

    /// <summary>Where it was looked for and what was wrong there, without the block's name: for a message about several places.</summary>
    public string Detail { get; } = detail;

    /// <summary>True when a copy was there but its bytes were wrong: a torn write, a bad disk, a file that changed.</summary>
    public bool Damaged { get; } = damaged;
}
