using System.Buffers;

namespace Wanda.Ipfs;

/// <summary>Writes CAR version 1 streams; their length can be told before the first byte, for Content-Length and for quotas.</summary>
/// <remarks>Source: the CARv1 specification.</remarks>
public static class CarWriter
{
    /// <summary>The length in bytes of a CAR with these roots and blocks.</summary>
    public static long LengthOf(IReadOnlyList<Cid> roots, IEnumerable<BlockInfo> blocks)
    {
        int header = CarHeader.Encode(roots).Length;
        return Varint.Length((ulong)header) + header + blocks.Sum(SectionLength);
    }

    /// <summary>The length in bytes that a block takes in a CAR, its own head included.</summary>
    public static long SectionLength(BlockInfo block)
    {
        int section = block.Cid.Bytes.Length + block.Length;
        return Varint.Length((ulong)section) + section;
    }

    /// <summary>Writes header and blocks.</summary>
    /// <param name="stream">Where to; not flushed, not closed.</param>
    /// <param name="roots">What the header names.</param>
    /// <param name="blocks">
    /// In the order to be written, as <see cref="Dag.BlocksAsync(IBlockSource, Cid, CancellationToken)"/> gives them.
    /// </param>
    /// <param name="cancellationToken">Stops between two blocks or inside a write; what is written then is no whole CAR.</param>
    public static async Task WriteAsync(
        Stream stream, IReadOnlyList<Cid> roots, IAsyncEnumerable<Block> blocks, CancellationToken cancellationToken = default)
    {
        await WriteHeaderAsync(stream, roots, cancellationToken).ConfigureAwait(false);
        await foreach (var block in blocks.WithCancellation(cancellationToken).ConfigureAwait(false))
            await WriteBlockAsync(stream, block, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Writes a stretch of the CAR that <see cref="WriteAsync"/> would write of these blocks, byte for byte: for an upload that goes on
    /// where it stopped, or that is sent in parts. Blocks outside of the stretch are not read.
    /// </summary>
    /// <param name="stream">Where to; not flushed, not closed.</param>
    /// <param name="roots">What the header names.</param>
    /// <param name="blocks">All blocks of the CAR in their order, with their true lengths.</param>
    /// <param name="source">Where they are read from.</param>
    /// <param name="offset">The first byte, 0 to <see cref="LengthOf"/>.</param>
    /// <param name="count">How many bytes, at most as many as follow.</param>
    /// <param name="cancellationToken">Stops between two blocks or inside a write.</param>
    /// <exception cref="BlockNotFoundException">A block is missing.</exception>
    public static Task WriteRangeAsync(
        Stream stream, IReadOnlyList<Cid> roots, IReadOnlyList<BlockInfo> blocks, IBlockSource source, long offset, long count,
        CancellationToken cancellationToken = default) =>
        WriteRangeAsync(stream, roots, blocks, source, offset, count, seen: null, cancellationToken);

    /// <summary>The same, and each block that is read for it is shown with its place in the list.</summary>
    internal static async Task WriteRangeAsync(
        Stream stream, IReadOnlyList<Cid> roots, IReadOnlyList<BlockInfo> blocks, IBlockSource source, long offset, long count,
        SeenBlock? seen, CancellationToken cancellationToken)
    {
        long at = LengthOf(roots, []);
        var window = new WindowStream(stream, offset, count);
        if (offset < at)
            await WriteHeaderAsync(window, roots, cancellationToken).ConfigureAwait(false);
        int first = 0;
        while (first < blocks.Count && at + SectionLength(blocks[first]) <= offset)
            at += SectionLength(blocks[first++]);
        int last = first;
        for (long end = at; last < blocks.Count && end < offset + count; last++)
            end += SectionLength(blocks[last]);
        window.Position = Math.Max(window.Position, at);
        await foreach (var block in source.BlocksAsync(blocks.Skip(first).Take(last - first).Select(b => b.Cid),
            cancellationToken).ConfigureAwait(false))
        {
            // Looked at while it is on its way; its memory is the next block's only when both are done.
            var looking = seen?.Invoke(first++, block.Data, cancellationToken) ?? Task.CompletedTask;
            try
            {
                await WriteBlockAsync(window, block, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                await looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }

            await looking.ConfigureAwait(false);
        }
    }

    internal static async Task WriteHeaderAsync(Stream stream, IReadOnlyList<Cid> roots, CancellationToken cancellationToken)
    {
        byte[] header = CarHeader.Encode(roots);
        byte[] head = new byte[Varint.MaxBytes];
        await stream.WriteAsync(head.AsMemory(0, Varint.Write(head, (ulong)header.Length)), cancellationToken).ConfigureAwait(false);
        await stream.WriteAsync(header, cancellationToken).ConfigureAwait(false);
    }

    internal static async Task WriteBlockAsync(Stream stream, Block block, CancellationToken cancellationToken)
    {
        byte[] head = ArrayPool<byte>.Shared.Rent(Varint.MaxBytes + Cid.MaxBytes);
        try
        {
            await stream.WriteAsync(head.AsMemory(0, Head(head, block)), cancellationToken).ConfigureAwait(false);
            await stream.WriteAsync(block.Data, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(head);
        }
    }

    private static int Head(Span<byte> head, Block block)
    {
        var cid = block.Cid.Bytes;
        int length = Varint.Write(head, (ulong)(cid.Length + block.Data.Length));
        cid.CopyTo(head[length..]);
        return length + cid.Length;
    }
}
