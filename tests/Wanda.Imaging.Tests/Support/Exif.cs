using System.Buffers.Binary;
using System.Text;

namespace Wanda.Imaging.Tests.Support;

/// <summary>Photographs with EXIF, byte by byte.</summary>
internal static class Exif
{
    public const ushort Model = 0x0110, Artist = 0x013B, ExposureTime = 0x829A, Iso = 0x8827, DateTimeOriginal = 0x9003,
        OffsetTimeOriginal = 0x9011, SubSecTimeOriginal = 0x9291, BodySerialNumber = 0xA431, GpsDirectory = 0x8825;

    /// <summary>A TIFF of a first directory with the model and an EXIF directory with the rest.</summary>
    public static byte[] Tiff(bool bigEndian, params (ushort Tag, object Value)[] tags)
    {
        var file = new List<byte>(bigEndian ? "MM\0*"u8.ToArray() : "II*\0"u8.ToArray());
        Add32(file, 8, bigEndian);
        var first = tags.Where(t => t.Tag < 0x8000).ToArray();
        var second = 8 + DirectoryLength([.. first, (0x8769, 0u)]);
        AddDirectory(file, [.. first, (0x8769, (uint)second)], bigEndian);
        AddDirectory(file, tags.Where(t => t.Tag >= 0x8000).ToArray(), bigEndian);
        return [.. file];
    }

    /// <summary>A JPEG that begins with an APP0 and the EXIF, and has no picture.</summary>
    public static byte[] Jpeg(params (ushort Tag, object Value)[] tags)
    {
        byte[] exif = [.. "Exif\0\0"u8, .. Tiff(true, tags)];
        var length = exif.Length + 2;
        return [0xFF, 0xD8, 0xFF, 0xE0, 0, 7, .. "JFIF\0"u8, 0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. exif, 0xFF, 0xD9];
    }

    private static int DirectoryLength((ushort Tag, object Value)[] tags) => 6 + tags.Sum(t => 12 + Outside(Bytes(t.Value, false).Data));

    private static int Outside(byte[] value) => value.Length <= 4 ? 0 : value.Length;

    private static void AddDirectory(List<byte> file, (ushort Tag, object Value)[] tags, bool bigEndian)
    {
        var outside = file.Count + 6 + 12 * tags.Length;
        var values = new List<byte>();
        Add16(file, (ushort)tags.Length, bigEndian);
        foreach (var (tag, value) in tags)
        {
            var (type, count, data) = Bytes(value, bigEndian);
            Add16(file, tag, bigEndian);
            Add16(file, type, bigEndian);
            Add32(file, count, bigEndian);
            if (data.Length <= 4)
            {
                file.AddRange(data.Concat(new byte[4 - data.Length]));
                continue;
            }

            Add32(file, (uint)(outside + values.Count), bigEndian);
            values.AddRange(data);
        }

        Add32(file, 0, bigEndian);
        file.AddRange(values);
    }

    private static (ushort Type, uint Count, byte[] Data) Bytes(object value, bool bigEndian)
    {
        var data = new List<byte>();
        switch (value)
        {
            case string text:
                data.AddRange(Encoding.UTF8.GetBytes(text + '\0'));
                return (2, (uint)data.Count, [.. data]);
            case ushort number:
                Add16(data, number, bigEndian);
                return (3, 1, [.. data]);
            case uint number:
                Add32(data, number, bigEndian);
                return (4, 1, [.. data]);
            default:
                var (numerator, denominator) = ((uint, uint))value;
                Add32(data, numerator, bigEndian);
                Add32(data, denominator, bigEndian);
                return (5, 1, [.. data]);
        }
    }

    private static void Add16(List<byte> bytes, ushort value, bool bigEndian)
    {
        var two = new byte[2];
        if (bigEndian)
            BinaryPrimitives.WriteUInt16BigEndian(two, value);
        else
            BinaryPrimitives.WriteUInt16LittleEndian(two, value);
        bytes.AddRange(two);
    }

    private static void Add32(List<byte> bytes, uint value, bool bigEndian)
    {
        var four = new byte[4];
        if (bigEndian)
            BinaryPrimitives.WriteUInt32BigEndian(four, value);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(four, value);
        bytes.AddRange(four);
    }
}
