using System.Buffers;

namespace Wanda.Ipfs;

/// <summary>The few protobuf forms that dag-pb and UnixFS need.</summary>
internal static class ProtoWriter
{
    // A 64-bit varint in protobuf may take one byte more than a multiformats one.
    private const int MaxVarint = 10;

    public static void Varint(this ArrayBufferWriter<byte> writer, int field, ulong value)
    {
        Raw(writer, (ulong)field << 3 | ProtoReader.VarintType);
        Raw(writer, value);
    }

    public static void Bytes(this ArrayBufferWriter<byte> writer, int field, ReadOnlySpan<byte> value)
    {
        Raw(writer, (ulong)field << 3 | ProtoReader.BytesType);
        Raw(writer, (ulong)value.Length);
        writer.Write(value);
    }

    private static void Raw(ArrayBufferWriter<byte> writer, ulong value) =>
        writer.Advance(Ipfs.Varint.Write(writer.GetSpan(MaxVarint), value));
}
