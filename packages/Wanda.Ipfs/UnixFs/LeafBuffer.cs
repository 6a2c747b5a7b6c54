using System.Buffers;

namespace Wanda.Ipfs;

/// <summary>
/// One chunk of a file with room around it, so that a wrapped leaf can be built in place: the protobuf head is written just before the
/// content and the tail just after, and nothing is copied.
/// </summary>
internal sealed class LeafBuffer(UnixFsProfile profile) : IDisposable
{
    // Head: two field keys with lengths, and the type. Tail: the file size.
    private const int Room = 32;

    private readonly byte[] _array = ArrayPool<byte>.Shared.Rent(Room + profile.ChunkSize + Room);

    public int Length { get; private set; }
    public Block Block { get; private set; }

    /// <returns>False when the stream had ended.</returns>
    public async ValueTask<bool> FillAsync(Stream stream, CancellationToken cancellationToken)
    {
        Length = await stream.ReadAtLeastAsync(_array.AsMemory(Room, profile.ChunkSize), profile.ChunkSize, throwOnEndOfStream: false,
            cancellationToken).ConfigureAwait(false);
        return Length > 0;
    }

    public LeafBuffer Hash()
    {
        var content = _array.AsMemory(Room, Length);
        if (profile.RawLeaves)
        {
            Block = Block.Trusted(Cid.V1(Codec.Raw, Multihash.Sha256(content.Span)), content);
        }
        else
        {
            var (head, tail) = Wrap(_array.AsSpan(0, Room), _array.AsSpan(Room + Length, Room), Length);
            var block = _array.AsMemory(Room - head, head + Length + tail);
            Block = Block.Trusted(profile.NodeCid(block.Span), block);
        }

        return this;
    }

    /// <summary>
    /// Writes what surrounds the content of a wrapped leaf: at the end of <paramref name="before"/> and the start of
    /// <paramref name="after"/>.
    /// </summary>
    /// <returns>How many bytes of each are used.</returns>
    public static (int Head, int Tail) Wrap(Span<byte> before, Span<byte> after, int length)
    {
        Span<byte> field = stackalloc byte[16];
        int tail = 0;
        after[tail++] = 3 << 3;
        tail += Varint.Write(after[tail..], (ulong)length);

        int content = 0;
        field[content++] = 1 << 3;
        field[content++] = (byte)UnixFsType.File;
        if (length > 0)
        {
            field[content++] = 2 << 3 | ProtoReader.BytesType;
            content += Varint.Write(field[content..], (ulong)length);
        }

        Span<byte> node = stackalloc byte[8];
        node[0] = 1 << 3 | ProtoReader.BytesType;
        int outer = 1 + Varint.Write(node[1..], (ulong)(content + length + tail));

        field[..content].CopyTo(before[^content..]);
        node[..outer].CopyTo(before[^(content + outer)..]);
        return (outer + content, tail);
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_array);
}
