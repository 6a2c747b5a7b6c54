using System.Buffers.Binary;
using System.Text;

namespace Wanda.Ipfs;

/// <summary>
/// The DAG-CBOR map <c>{"roots": [cid…], "version": 1}</c>, and only that: a general CBOR reader would be a larger thing to get wrong.
/// </summary>
internal static class CarHeader
{
    public const int MaxBytes = 64 * 1024;

    private const int Text = 3, Bytes = 2, Array = 4, Map = 5, Tag = 6, Unsigned = 0;
    private const ulong CidTag = 42;

    public static byte[] Encode(IReadOnlyList<Cid> roots)
    {
        var header = new List<byte>();
        Head(header, Map, 2);
        Head(header, Text, 5);
        header.AddRange("roots"u8);
        Head(header, Array, (ulong)roots.Count);
        foreach (var root in roots)
        {
            Head(header, Tag, CidTag);
            Head(header, Bytes, (ulong)root.Bytes.Length + 1);
            header.Add(0); // The identity multibase prefix that DAG-CBOR puts before a binary CID.
            header.AddRange(root.Bytes);
        }
        Head(header, Text, 7);
        header.AddRange("version"u8);
        Head(header, Unsigned, 1);
        return [.. header];
    }

    /// <exception cref="CarFormatException">Not such a map.</exception>
    public static IReadOnlyList<Cid> Decode(ReadOnlySpan<byte> header)
    {
        IReadOnlyList<Cid>? roots = null;
        ulong? version = null;
        for (ulong entries = Head(ref header, Map); entries > 0; entries--)
        {
            switch (Encoding.ASCII.GetString(Take(ref header, Head(ref header, Text))))
            {
                case "roots" when roots is null:
                    roots = Roots(ref header);
                    break;
                case "version" when version is null:
                    version = Head(ref header, Unsigned);
                    break;
                case var key:
                    throw new CarFormatException($"The CAR header has an unexpected or repeated key \"{key}\".");
            }
        }
        if (version != 1 || !header.IsEmpty)
        {
            throw new CarFormatException(version is null or 1 ? "The CAR header has no version, or bytes after its end." : $"CAR version {version} is not read; send version 1.");
        }
        return roots ?? throw new CarFormatException("The CAR header has no roots.");
    }

    private static List<Cid> Roots(ref ReadOnlySpan<byte> header)
    {
        var roots = new List<Cid>();
        for (ulong left = Head(ref header, Array); left > 0; left--)
        {
            if (Head(ref header, Tag) != CidTag)
            {
                throw new CarFormatException("A root in the CAR header is not a CID.");
            }
            var link = Take(ref header, Head(ref header, Bytes));
            try
            {
                roots.Add(link is [0, ..] ? Cid.FromBytes(link[1..]) : throw new CarFormatException("A root in the CAR header lacks its prefix byte."));
            }
            catch (CidFormatException e)
            {
                throw new CarFormatException($"A root in the CAR header is not a CID: {e.Message}");
            }
        }
        return roots;
    }

    private static void Head(List<byte> header, int major, ulong value)
    {
        if (value < 24)
        {
            header.Add((byte)(major << 5 | (int)value));
        }
        else if (value <= byte.MaxValue)
        {
            header.AddRange([(byte)(major << 5 | 24), (byte)value]);
        }
        else
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, ushort.MaxValue);
            header.AddRange([(byte)(major << 5 | 25), (byte)(value >> 8), (byte)value]);
        }
    }

    private static ulong Head(ref ReadOnlySpan<byte> header, int major)
    {
        byte first = Take(ref header, 1)[0];
        if (first >> 5 != major)
        {
            throw new CarFormatException($"The CAR header has CBOR type {first >> 5} where type {major} belongs.");
        }
        return (first & 31) switch
        {
            < 24 and var small => (ulong)small,
            24 => Take(ref header, 1)[0],
            25 => BinaryPrimitives.ReadUInt16BigEndian(Take(ref header, 2)),
            _ => throw new CarFormatException("The CAR header has a CBOR length beyond its own bound, or an indefinite one."),
        };
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> header, ulong count)
    {
        if (count > (ulong)header.Length)
        {
            throw new CarFormatException("The CAR header is cut short.");
        }
        var taken = header[..(int)count];
        header = header[(int)count..];
        return taken;
    }
}
