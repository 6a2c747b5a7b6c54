using System.Buffers;
using System.Runtime.CompilerServices;

namespace Wanda.Ipfs;

/// <summary>
/// Walks DAGs depth-first, parents before children, each block once: the order of a CAR that can be verified as it streams, and the
/// order that possession challenges are computed in.
/// </summary>
public static class Dag
{
    /// <summary>The deepest DAG that is followed, 128 links from its root: far beyond any file or directory tree met in practice.</summary>
    public const int MaxDepth = 128;

    // Links that wait for their turn, each some 100 bytes. Files and directories have 1024 a node at most, so that even the deepest of
    // them has no more.
    private const int MaxAhead = 131_072;

    /// <summary>Lists the blocks of a DAG. Raw leaves are not read, only looked up.</summary>
    /// <param name="source">Where the blocks are.</param>
    /// <param name="root">Where to start.</param>
    /// <param name="cancellationToken">Stops the walk.</param>
    /// <exception cref="BlockNotFoundException">A block of the DAG is missing.</exception>
    /// <exception cref="DagFormatException">
    /// A block is not what its codec says, is deeper than <see cref="MaxDepth"/>, or has a codec whose links are not known here.
    /// </exception>
    public static IAsyncEnumerable<BlockInfo> ListAsync(
        this IBlockSource source, Cid root, CancellationToken cancellationToken = default) =>
        source.ListAsync(root, elsewhere: null, cancellationToken);

    /// <summary>Lists the blocks of a DAG but for what is kept elsewhere.</summary>
    /// <param name="source">Where the blocks are.</param>
    /// <param name="root">Where to start.</param>
    /// <param name="elsewhere">Links that are neither listed nor followed: what a directory names but is kept by itself.</param>
    /// <param name="cancellationToken">Stops the walk.</param>
    /// <inheritdoc cref="ListAsync(IBlockSource, Cid, CancellationToken)" path="/exception"/>
    public static async IAsyncEnumerable<BlockInfo> ListAsync(
        this IBlockSource source, Cid root, IReadOnlySet<Cid>? elsewhere,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var block in WalkAsync(source, root, readLeaves: false, elsewhere, cancellationToken).ConfigureAwait(false))
            yield return block.Info;
    }

    /// <summary>Reads the blocks of a DAG. Each block's memory is used again for the next.</summary>
    /// <inheritdoc cref="ListAsync(IBlockSource, Cid, CancellationToken)" path="/exception"/>
    public static IAsyncEnumerable<Block> BlocksAsync(this IBlockSource source, Cid root, CancellationToken cancellationToken = default) =>
        source.BlocksAsync(root, elsewhere: null, cancellationToken);

    /// <summary>Reads the blocks of a DAG but for what is kept elsewhere. Each block's memory is used again for the next.</summary>
    /// <param name="source">Where the blocks are.</param>
    /// <param name="root">Where to start.</param>
    /// <param name="elsewhere">Links that are neither read nor followed.</param>
    /// <param name="cancellationToken">Stops the walk.</param>
    /// <inheritdoc cref="ListAsync(IBlockSource, Cid, CancellationToken)" path="/exception"/>
    public static async IAsyncEnumerable<Block> BlocksAsync(
        this IBlockSource source, Cid root, IReadOnlySet<Cid>? elsewhere,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var block in WalkAsync(source, root, readLeaves: true, elsewhere, cancellationToken).ConfigureAwait(false))
            yield return block.Block;
    }

    /// <summary>
    /// Reads the blocks of a list in its order; while one is used, the next is read and verified. Each block's memory is used again for
    /// the one after next.
    /// </summary>
    /// <exception cref="BlockNotFoundException">A block is missing.</exception>
    public static IAsyncEnumerable<Block> BlocksAsync(
        this IBlockSource source, IEnumerable<Cid> blocks, CancellationToken cancellationToken = default) =>
        source.BlocksAsync(blocks.ToAsyncEnumerable(), cancellationToken);

    /// <inheritdoc cref="BlocksAsync(IBlockSource, IEnumerable{Cid}, CancellationToken)"/>
    public static async IAsyncEnumerable<Block> BlocksAsync(
        this IBlockSource source, IAsyncEnumerable<Cid> blocks, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        byte[][] buffers = [ArrayPool<byte>.Shared.Rent(Block.MaxBytes), ArrayPool<byte>.Shared.Rent(Block.MaxBytes)];
        Task<Block>? next = null;
        int turn = 0;
        try
        {
            await foreach (var cid in blocks.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                var current = next;
                next = ReadAsync(cid, buffers[turn++ % 2]);
                if (current is not null)
                    yield return await current.ConfigureAwait(false);
            }

            if (next is not null)
                yield return await next.ConfigureAwait(false);
        }
        finally
        {
            // A read still under way owns a buffer until it ends.
            await ((Task?)next ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Array.ForEach(buffers, b => ArrayPool<byte>.Shared.Return(b));
        }

        Task<Block> ReadAsync(Cid cid, byte[] buffer) =>
            Task.Run(async () => await source.ReadAsync(cid, buffer, cancellationToken).ConfigureAwait(false), cancellationToken);
    }

    private static async IAsyncEnumerable<(BlockInfo Info, Block Block)> WalkAsync(
        IBlockSource source, Cid root, bool readLeaves, IReadOnlySet<Cid>? elsewhere,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = elsewhere is null ? [] : new HashSet<Cid>(elsewhere);
        var ahead = new Stack<(Cid Cid, int Depth)>([(root, 0)]);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Block.MaxBytes);
        try
        {
            while (ahead.TryPop(out var at))
            {
                if (!seen.Add(at.Cid))
                    continue;
                if (at.Cid.Codec == Codec.Raw && !readLeaves)
                {
                    int length = await source.FindAsync(at.Cid, cancellationToken).ConfigureAwait(false)
                        ?? throw new BlockNotFoundException(at.Cid, $"it is missing below {root}.");
                    yield return (new(at.Cid, length), default);
                    continue;
                }

                var block = await source.ReadAsync(at.Cid, buffer, cancellationToken).ConfigureAwait(false);
                // Before the block is handed out: its memory is the consumer's until the next step.
                var links = Links(block);
                yield return (new(at.Cid, block.Data.Length), block);
                if (links.Count > 0 && at.Depth == MaxDepth)
                    throw new DagFormatException($"The DAG of {root} is deeper than {MaxDepth} links.");
                for (int i = links.Count - 1; i >= 0; i--)
                {
                    if (!seen.Contains(links[i].Cid))
                        ahead.Push((links[i].Cid, at.Depth + 1));
                }

                if (ahead.Count > MaxAhead)
                    throw new DagFormatException($"The DAG of {root} has more than {MaxAhead} links that wait to be followed.");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The links of a block, in its order; of codecs other than dag-pb without names and sizes.</summary>
    /// <exception cref="DagFormatException">It is not what its codec says, or has a codec whose links are not known here.</exception>
    public static IReadOnlyList<DagPbLink> Links(Block block) => block.Cid.Codec switch
    {
        Codec.Raw or Codec.Libp2pKey => [],
        Codec.DagPb => DagPbNode.Decode(block.Data).Links,
        Codec.DagCbor => IpldCbor.Links(block.Data).ConvertAll(c => new DagPbLink("", c, 0)),
        Codec.DagJson => IpldJson.Links(block.Data).ConvertAll(c => new DagPbLink("", c, 0)),
        var codec => throw new DagFormatException($"Block {block.Cid} has codec 0x{(ulong)codec:x}, whose links are not known here."),
    };
}
