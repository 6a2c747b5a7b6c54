namespace Wanda.Ipfs;

/// <summary>A block of a DAG and its length in bytes, as listed without reading it.</summary>
/// <param name="Cid">What the block is called.</param>
/// <param name="Length">Its length in bytes, 0 to <see cref="Block.MaxBytes"/>.</param>
public readonly record struct BlockInfo(Cid Cid, int Length);
