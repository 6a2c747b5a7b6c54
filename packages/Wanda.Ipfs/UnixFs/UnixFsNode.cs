using System.Buffers;

namespace Wanda.Ipfs;

/// <summary>What a dag-pb node stands for.</summary>
public enum UnixFsType
{
    /// <summary>A piece of a file, written by old importers.</summary>
    Raw = 0,

    /// <summary>A directory in one block.</summary>
    Directory = 1,

    /// <summary>A file, or a piece of one.</summary>
    File = 2,

    /// <summary>Unused metadata.</summary>
    Metadata = 3,

    /// <summary>A symbolic link; its data is the target.</summary>
    Symlink = 4,

    /// <summary>A node of a large directory.</summary>
    HamtShard = 5,
}

/// <summary>The UnixFS message in a dag-pb node.</summary>
/// <remarks>Source: the UnixFS specification, "Data message"; mode and time (UnixFS 1.5) are only read.</remarks>
internal sealed record UnixFsNode(UnixFsType Type)
{
    public const ulong Murmur3 = 0x22;
    public const int HamtFanout = 256;

    private const ulong MaxMode = 0xFFF;

    public ReadOnlyMemory<byte> Data { get; init; }
    public long? FileSize { get; init; }
    public IReadOnlyList<long> BlockSizes { get; init; } = [];
    public ulong HashType { get; init; }
    public ulong Fanout { get; init; }
    public int? Mode { get; init; }
    public DateTimeOffset? Modified { get; init; }

    /// <summary>What a link holds, or a file in one block.</summary>
    public long Length => FileSize ?? Data.Length;

    public byte[] Encode()
    {
        var writer = new ArrayBufferWriter<byte>(32 + Data.Length + BlockSizes.Count * 4);
        writer.Varint(1, (ulong)Type);
        if (!Data.IsEmpty)
            writer.Bytes(2, Data.Span);
        if (FileSize is { } size)
            writer.Varint(3, (ulong)size);
        foreach (long blockSize in BlockSizes)
            writer.Varint(4, (ulong)blockSize);
        if (Type == UnixFsType.HamtShard)
        {
            writer.Varint(5, HashType);
            writer.Varint(6, Fanout);
        }

        return writer.WrittenSpan.ToArray();
    }

    /// <exception cref="DagFormatException">Not a UnixFS message.</exception>
    public static UnixFsNode Decode(ReadOnlyMemory<byte> message)
    {
        var reader = new ProtoReader(message.Span);
        ulong? type = null;
        long? fileSize = null;
        ulong hashType = 0, fanout = 0;
        ReadOnlyMemory<byte> data = default;
        int? mode = null;
        DateTimeOffset? modified = null;
        var blockSizes = new List<long>();
        while (!reader.AtEnd)
        {
            switch (reader.ReadTag())
            {
                case (1, ProtoReader.VarintType):
                    type = reader.ReadVarint();
                    break;
                case (2, ProtoReader.BytesType):
                    int length = reader.ReadBytes().Length;
                    data = message.Slice(reader.Position - length, length);
                    break;
                case (3, ProtoReader.VarintType):
                    fileSize = reader.ReadLength();
                    break;
                case (4, ProtoReader.VarintType):
                    blockSizes.Add(reader.ReadLength());
                    break;
                case (4, ProtoReader.BytesType):
                    var packed = new ProtoReader(reader.ReadBytes());
                    while (!packed.AtEnd)
                        blockSizes.Add(packed.ReadLength());
                    break;
                case (5, ProtoReader.VarintType):
                    hashType = reader.ReadVarint();
                    break;
                case (6, ProtoReader.VarintType):
                    fanout = reader.ReadVarint();
                    break;
                case (7, ProtoReader.VarintType):
                    mode = (int)(reader.ReadVarint() & MaxMode);
                    break;
                case (8, ProtoReader.BytesType):
                    modified = Time(reader.ReadBytes());
                    break;
                case var (_, wireType):
                    reader.Skip(wireType);
                    break;
            }
        }

        if (type is not <= (ulong)UnixFsType.HamtShard)
            throw new DagFormatException(type is null ? "A UnixFS message has no type." : $"UnixFS type {type} is unknown.");
        return new((UnixFsType)type)
        {
            Data = data,
            FileSize = fileSize,
            BlockSizes = blockSizes,
            HashType = hashType,
            Fanout = fanout,
            Mode = mode,
            Modified = modified,
        };
    }

    // Seconds may be negative; a time that .NET cannot tell is none.
    private static DateTimeOffset? Time(ReadOnlySpan<byte> message)
    {
        var reader = new ProtoReader(message);
        long seconds = 0, nanoseconds = 0;
        while (!reader.AtEnd)
        {
            switch (reader.ReadTag())
            {
                case (1, ProtoReader.VarintType):
                    seconds = (long)reader.ReadVarint();
                    break;
                case (2, ProtoReader.Fixed32Type):
                    nanoseconds = reader.ReadFixed32();
                    break;
                case var (_, wireType):
                    reader.Skip(wireType);
                    break;
            }
        }

        return seconds is >= -62_135_596_800 and < 253_402_300_799 && nanoseconds < 1_000_000_000
            ? DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick)
            : null;
    }
}
