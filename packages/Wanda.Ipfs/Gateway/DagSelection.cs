using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Wanda.Ipfs;

/// <summary>What of a DAG goes into a CAR, and in which order: depth-first, links as the blocks have them.</summary>
/// <remarks>
/// Source: IPFS specs, "Trustless Gateway" (IPIP-402 and IPIP-412). What an identity CID stands for is in the CID and is never listed. A
/// walk is bounded in memory and in work however the DAG was made; what goes beyond is a <see cref="DagFormatException"/>.
/// </remarks>
/// <param name="Scope">How much of what the path leads to.</param>
/// <param name="Bytes">Of a file in scope <see cref="DagScope.Entity"/>, only blocks that hold these bytes, and their ancestors.</param>
/// <param name="Duplicates">A block comes as often as it is linked.</param>
public sealed record DagSelection(DagScope Scope = DagScope.All, EntityBytes? Bytes = null, bool Duplicates = false)
{
    /// <summary>The most blocks in one selection: 262,144, a file of 256 GiB in the usual chunks.</summary>
    public const int MaxBlocks = 1 << 18;

    // Nodes that are read once more because they are linked once more: a small DAG can have any number of paths.
    private const int MaxAgain = 1 << 16;

    // Links that wait for their turn, in all levels together.
    private const int MaxAhead = 1 << 17;

    /// <summary>Lists the blocks: those on the path's way, then those of what it leads to. Raw leaves are looked up, not read.</summary>
    /// <param name="source">Where the blocks are.</param>
    /// <param name="path">Where to begin.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="BlockNotFoundException">A block is missing.</exception>
    /// <exception cref="DagFormatException">A block is not what its codec says, or the walk is too long, too wide or too deep.</exception>
    public async IAsyncEnumerable<BlockInfo> ListAsync(
        IBlockSource source, DagPath path, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var walk = new Walk(this, path);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Block.MaxBytes);
        try
        {
            foreach (var cid in path.Way.Where(walk.Take))
                yield return new(cid, await LengthAsync(source, cid, path, cancellationToken).ConfigureAwait(false));
            while (walk.TryNext(out var at))
            {
                bool isListed = walk.Take(at.Cid);
                if (at.Cid.Codec == Codec.Raw || Scope == DagScope.Block)
                {
                    if (isListed)
                        yield return new(at.Cid, await LengthAsync(source, at.Cid, path, cancellationToken).ConfigureAwait(false));
                    continue;
                }

                if (!walk.IsFollowed(at.Cid))
                    continue;
                var block = await source.ReadAsync(at.Cid, buffer, cancellationToken).ConfigureAwait(false);
                walk.Follow(block, at);
                if (isListed)
                    yield return new(at.Cid, block.Data.Length);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async ValueTask<int> LengthAsync(IBlockSource source, Cid cid, DagPath path, CancellationToken cancellationToken) =>
        await source.FindAsync(cid, cancellationToken).ConfigureAwait(false)
            ?? throw new BlockNotFoundException(cid, $"it is missing below {path.Root}.");

    private sealed class Walk(DagSelection selection, DagPath path)
    {
        // 16 bytes of a hash of each CID: CIDs themselves would be 100 MB.
        private readonly HashSet<UInt128> _taken = [];
        private readonly HashSet<UInt128> _followed = [];
        private readonly Stack<EntityLink> _ahead = new([new(path.Cid, 0)]);
        private int _blocks;
        private int _again;

        public bool TryNext(out EntityLink next) => _ahead.TryPop(out next);

        // Whether a block comes, or comes again.
        public bool Take(Cid cid)
        {
            if (cid.Hash.Function == HashFunction.Identity || (!_taken.Add(Key(cid)) && !selection.Duplicates))
                return false;
            return ++_blocks <= MaxBlocks ? true : throw TooMuch($"has more than {MaxBlocks} blocks");
        }

        // Whether what a node links comes, or comes again: in a part of a file another piece of it may be wanted each time.
        public bool IsFollowed(Cid cid)
        {
            if (_followed.Add(Key(cid)))
                return true;
            bool again = selection.Duplicates || (selection.Scope == DagScope.Entity && selection.Bytes is not null);
            return !again || ++_again <= MaxAgain ? again : throw TooMuch($"links the same nodes more than {MaxAgain} times");
        }

        public void Follow(Block block, EntityLink at)
        {
            var below = selection.Scope == DagScope.Entity ? EntityLink.Below(block, at, selection.Bytes) : EntityLink.All(block, at);
            if (below.Count > 0 && at.Depth == Dag.MaxDepth)
                throw TooMuch($"is deeper than {Dag.MaxDepth} links");
            if (below.Count + _ahead.Count > MaxAhead)
                throw TooMuch($"has more than {MaxAhead} links side by side");
            for (int i = below.Count - 1; i >= 0; i--)
                _ahead.Push(below[i]);
        }

        private static UInt128 Key(Cid cid)
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(cid.Bytes, hash);
            return BinaryPrimitives.ReadUInt128LittleEndian(hash);
        }

        private DagFormatException TooMuch(string what) => new($"The DAG of {path.Cid} {what}; ask for parts of it.");
    }
}
