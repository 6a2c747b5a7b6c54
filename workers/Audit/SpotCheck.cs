using System.Buffers;
using Wanda.Ipfs;

namespace Wanda.Workers.Audit;

/// <summary>
/// Reads the root of a copy and one way down from it to one leaf, drawn at random, each hashed. It proves nothing (law 2: sampling is for
/// audits), but a destination that has begun to lose frames is noticed long before their proofs expire.
/// </summary>
internal static class SpotCheck
{
    /// <summary>How many bytes were read.</summary>
    /// <exception cref="BlockNotFoundException">A block is missing there, or is another.</exception>
    /// <exception cref="DagFormatException">What is there is no file.</exception>
    public static async Task<long> RunAsync(IBlockSource source, Cid root, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Block.MaxBytes);
        try
        {
            long bytes = 0;
            var at = root;
            for (var depth = 0; depth <= Dag.MaxDepth; depth++)
            {
                var block = await source.ReadAsync(at, buffer, cancellationToken);
                bytes += block.Data.Length;
                if (at.Codec != Codec.DagPb || DagPbNode.Decode(block.Data).Links is not { Count: > 0 } links)
                    return bytes;
                at = links[Random.Shared.Next(links.Count)].Cid;
            }

            throw new DagFormatException($"The DAG of {root} is deeper than {Dag.MaxDepth} links.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
