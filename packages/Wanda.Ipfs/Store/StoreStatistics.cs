namespace Wanda.Ipfs;

/// <summary>What a store holds.</summary>
/// <param name="Blocks">Blocks stored as files.</param>
/// <param name="Bytes">Their bytes together; disk use is a little more.</param>
/// <param name="Pins">Claims.</param>
/// <param name="Files">Files that serve as leaves.</param>
/// <param name="ReferencedBytes">Their bytes together, which take no room here.</param>
public readonly record struct StoreStatistics(long Blocks, long Bytes, long Pins, long Files, long ReferencedBytes);
