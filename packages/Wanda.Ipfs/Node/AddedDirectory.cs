namespace Wanda.Ipfs;

/// <summary>A directory that a node keeps.</summary>
/// <param name="Root">Its CID.</param>
/// <param name="DagSize">Bytes of its own blocks and of all it links to.</param>
/// <param name="Blocks">Its own blocks and those of its small files, root first: what must be sent so that the directory can be read
/// elsewhere, given that the files it links to are there.</param>
public sealed record AddedDirectory(Cid Root, long DagSize, IReadOnlyList<BlockInfo> Blocks);
