using System.Buffers.Binary;
using System.Text;

namespace Wanda.Ipfs;

/// <summary>
/// Reads the part of DAG-CBOR that IPNS data is made of: shortest-form heads, definite lengths. What others add is stepped over within
/// <see cref="MaxDepth"/>.
/// </summary>
internal ref struct CborReader(ReadOnlySpan<byte> data)
{
    private const int MaxDepth = 8;

    private readonly ReadOnlySpan<byte> _data = data;
    private int _at;

    private enum Major
    {
        Unsigned = 0,
        Negative = 1,
        Bytes = 2,
        Text = 3,
        Array = 4,
        Map = 5,
        Tag = 6,
        Simple = 7,
    }

    public int Map(int maxEntries)
    {
        ulong entries = Expect(Major.Map);
        return entries <= (ulong)maxEntries ? (int)entries : throw Malformed($"it is a map of {entries} entries, more than {maxEntries}");
    }

    public ulong Number() => Expect(Major.Unsigned);

    public ReadOnlySpan<byte> Bytes() => Take(Expect(Major.Bytes));

    public string Text() => Encoding.UTF8.GetString(Take(Expect(Major.Text)));

    public void Skip() => Skip(MaxDepth);

    public readonly void RequireEnd()
    {
        if (_at != _data.Length)
        {
            throw Malformed($"{_data.Length - _at} bytes follow it");
        }
    }

    private void Skip(int depth)
    {
        if (depth == 0)
        {
            throw Malformed($"it is nested deeper than {MaxDepth}");
        }
        var (major, value) = Head();
        switch (major)
        {
            case Major.Bytes or Major.Text:
                Take(value);
                break;
            case Major.Array or Major.Map:
                // Each item takes at least a byte, so the data itself bounds the loop.
                if (value > (ulong)_data.Length)
                {
                    throw Malformed("it is cut short");
                }
                for (ulong items = major == Major.Map ? value * 2 : value; items > 0; items--)
                {
                    Skip(depth - 1);
                }
                break;
            case Major.Tag:
                Skip(depth - 1);
                break;
            default:
                break;
        }
    }

    private ulong Expect(Major expected)
    {
        var (major, value) = Head();
        return major == expected ? value : throw Malformed($"{expected} was expected where {major} stands");
    }

    private (Major Major, ulong Value) Head()
    {
        byte first = Take(1)[0];
        var major = (Major)(first >> 5);
        int info = first & 0x1F;
        if (info < 24)
        {
            return (major, (ulong)info);
        }
        ulong value = info switch
        {
            24 => Take(1)[0],
            25 => BinaryPrimitives.ReadUInt16BigEndian(Take(2)),
            26 => BinaryPrimitives.ReadUInt32BigEndian(Take(4)),
            27 => BinaryPrimitives.ReadUInt64BigEndian(Take(8)),
            _ => throw Malformed("it has an indefinite length"),
        };
        // Simple values carry floats of fixed width; everything else has one spelling only.
        bool shortest = major == Major.Simple || value >= info switch { 24 => 24u, 25 => 1u << 8, 26 => 1u << 16, _ => 1ul << 32 };
        return shortest ? (major, value) : throw Malformed("a number is not in its shortest form");
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(_data.Length - _at))
        {
            throw Malformed("it is cut short");
        }
        var taken = _data.Slice(_at, (int)length);
        _at += (int)length;
        return taken;
    }

    private static IpnsRecordMalformedException Malformed(string reason) => new($"The record's data is not the CBOR that IPNS asks for: {reason}.");
}
