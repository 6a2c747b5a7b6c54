using System.Buffers;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>
/// The blocks that a directory itself consists of, without those of its entries: one, or the shards of a large directory.
/// </summary>
internal static class DirectoryBlocks
{
    // A shard's link to the next shard is named by its slot, two hexadecimal digits; an entry has its name behind them.
    private const int SlotLength = 2;

    /// <exception cref="BlockNotFoundException">A shard is missing.</exception>
    /// <exception cref="DagFormatException">Not a directory.</exception>
    public static async Task<List<BlockInfo>> ListAsync(IBlockSource source, Cid root, CancellationToken cancellationToken)
    {
        var (type, _) = await UnixFsReader.StatAsync(source, root, cancellationToken);
        if (type is not (UnixFsType.Directory or UnixFsType.HamtShard))
            throw new DagFormatException($"{root} is a {type}, not a directory.");
        var listed = new List<BlockInfo>();
        var ahead = new Stack<(Cid Cid, int Depth)>([(root, 0)]);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Block.MaxBytes);
        try
        {
            while (ahead.TryPop(out var at))
            {
                var block = await source.ReadAsync(at.Cid, buffer, cancellationToken);
                listed.Add(new(at.Cid, block.Data.Length));
                if (type == UnixFsType.HamtShard)
                    Push(ahead, block, at.Depth);
            }

            return listed;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Push(Stack<(Cid, int)> ahead, Block block, int depth)
    {
        var shards = DagPbNode.Decode(block.Data).Links.Where(l => l.Name.Length == SlotLength).Reverse().ToList();
        if (shards.Count > 0 && depth == Dag.MaxDepth)
            throw new DagFormatException($"The directory is deeper than {Dag.MaxDepth} shards.");
        shards.ForEach(s => ahead.Push((s.Cid, depth + 1)));
    }
}
