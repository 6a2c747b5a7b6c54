using System.Buffers.Binary;

namespace Wanda.Ipfs;

/// <summary>The wire types that dag-pb and UnixFS use, read within bounds; what is cut short or over-long throws.</summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> source)
{
    public const int VarintType = 0;
    public const int Fixed64Type = 1;
    public const int BytesType = 2;
    public const int Fixed32Type = 5;

    private readonly ReadOnlySpan<byte> _source = source;
    private int _at;

    public readonly bool AtEnd => _at == _source.Length;

    // Where the bytes read last ended: lets a caller slice memory instead of copying a span.
    public readonly int Position => _at;

    public (int Field, int WireType) ReadTag()
    {
        ulong tag = ReadVarint();
        return tag is >= 8 and <= int.MaxValue
            ? ((int)(tag >> 3), (int)(tag & 7))
            : throw new DagFormatException($"Protobuf tag {tag} is out of range.");
    }

    public ulong ReadVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (AtEnd)
                throw new DagFormatException("Protobuf is cut short inside a varint.");
            byte b = _source[_at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return shift < 63 || b <= 1 ? value : throw new DagFormatException("Protobuf varint exceeds 64 bits.");
        }

        throw new DagFormatException("Protobuf varint exceeds 64 bits.");
    }

    public long ReadLength()
    {
        ulong value = ReadVarint();
        return value <= long.MaxValue ? (long)value : throw new DagFormatException($"A size of {value} bytes is out of range.");
    }

    public ReadOnlySpan<byte> ReadBytes()
    {
        ulong length = ReadVarint();
        if (length > (ulong)(_source.Length - _at))
            throw new DagFormatException($"Protobuf claims {length} bytes where {_source.Length - _at} are left.");
        return Take((int)length);
    }

    public uint ReadFixed32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    public void Skip(int wireType)
    {
        switch (wireType)
        {
            case VarintType:
                ReadVarint();
                break;
            case BytesType:
                ReadBytes();
                break;
            case Fixed64Type:
                Take(sizeof(ulong));
                break;
            case Fixed32Type:
                Take(sizeof(uint));
                break;
            default:
                throw new DagFormatException($"Protobuf wire type {wireType} does not occur in UnixFS.");
        }
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _source.Length - _at)
            throw new DagFormatException($"Protobuf is cut short: {length} bytes were expected where {_source.Length - _at} are left.");
        _at += length;
        return _source.Slice(_at - length, length);
    }
}
