namespace Wanda.Ipfs;

/// <summary>A file that a node keeps.</summary>
/// <param name="Root">Its CID.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="DagSize">Bytes of all its blocks: what a directory that lists it writes as its size.</param>
/// <param name="Blocks">How many blocks its DAG has, equal ones counted each time.</param>
public sealed record AddedFile(Cid Root, long Size, long DagSize, long Blocks);
