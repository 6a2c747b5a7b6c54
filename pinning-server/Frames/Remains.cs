using System.Buffers;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>What can still be reached of a DAG: a block that is gone, rotten or not understood ends its branch and nothing else.</summary>
internal static class Remains
{
    /// <summary>Of what a pin covers; of a directory its own blocks, or the root when it lost one of those.</summary>
    public static async Task<IReadOnlyList<Cid>> ListAsync(IBlockSource source, Pin pin, CancellationToken cancellationToken)
    {
        if (pin.Scope == PinScope.Dag)
            return await ListAsync(source, pin.Cid, cancellationToken);
        try
        {
            return (await DirectoryBlocks.ListAsync(source, pin.Cid, cancellationToken)).ConvertAll(b => b.Cid);
        }
        catch (Exception e) when (e is BlockNotFoundException or DagFormatException or NotSupportedException)
        {
            return [pin.Cid];
        }
    }

    /// <summary>Root first.</summary>
    public static async Task<IReadOnlyList<Cid>> ListAsync(IBlockSource source, Cid root, CancellationToken cancellationToken)
    {
        var seen = new HashSet<Cid>();
        var listed = new List<Cid>();
        var ahead = new Stack<Cid>([root]);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Block.MaxBytes);
        try
        {
            while (ahead.TryPop(out var cid))
            {
                if (!seen.Add(cid))
                    continue;
                listed.Add(cid);
                foreach (var link in await LinksAsync(source, cid, buffer, cancellationToken))
                    ahead.Push(link);
            }

            return listed;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<IEnumerable<Cid>> LinksAsync(
        IBlockSource source, Cid cid, byte[] buffer, CancellationToken cancellationToken)
    {
        if (cid.Codec is Codec.Raw)
            return [];
        try
        {
            return Dag.Links(await source.ReadAsync(cid, buffer, cancellationToken)).Select(l => l.Cid);
        }
        catch (Exception e) when (e is BlockNotFoundException or DagFormatException or NotSupportedException)
        {
            return [];
        }
    }
}
