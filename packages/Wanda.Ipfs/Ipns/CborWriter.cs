using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Wanda.Ipfs;

/// <summary>Writes the part of DAG-CBOR that IPNS data is made of, every head in its shortest form. The caller orders the keys.</summary>
internal sealed class CborWriter
{
    private const int MaxHeadBytes = 9;

    private readonly ArrayBufferWriter<byte> _output = new();

    public void Number(ulong value) => Head(0, value);

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Head(2, (ulong)value.Length);
        _output.Write(value);
    }

    public void Text(string value)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(value);
        Head(3, (ulong)utf8.Length);
        _output.Write(utf8);
    }

    public void Map(int entries) => Head(5, (ulong)entries);

    public byte[] ToArray() => _output.WrittenSpan.ToArray();

    private void Head(int major, ulong value)
    {
        var head = _output.GetSpan(MaxHeadBytes);
        int length = 1;
        int info;
        switch (value)
        {
            case < 24:
                info = (int)value;
                break;
            case <= byte.MaxValue:
                info = 24;
                head[1] = (byte)value;
                length += 1;
                break;
            case <= ushort.MaxValue:
                info = 25;
                BinaryPrimitives.WriteUInt16BigEndian(head[1..], (ushort)value);
                length += 2;
                break;
            case <= uint.MaxValue:
                info = 26;
                BinaryPrimitives.WriteUInt32BigEndian(head[1..], (uint)value);
                length += 4;
                break;
            default:
                info = 27;
                BinaryPrimitives.WriteUInt64BigEndian(head[1..], value);
                length += 8;
                break;
        }
        head[0] = (byte)(major << 5 | info);
        _output.Advance(length);
    }
}
