using System.Buffers.Binary;

namespace Wanda.Imaging;

/// <summary>
/// As much of TIFF 6.0 as tells RAW formats apart and finds where the file must end. Everything is bounded by what the span holds.
/// </summary>
internal readonly ref struct TiffDirectory(ReadOnlySpan<byte> file, bool bigEndian)
{
    private const int EntryLength = 12;
    private const ushort NewSubfileType = 0x00FE, Make = 0x010F, SubDirectories = 0x014A, DngVersion = 0xC612;

    private readonly ReadOnlySpan<byte> _file = file;

    public static bool IsTiff(ReadOnlySpan<byte> start) =>
        start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8) || start.StartsWith("II+\0"u8) || start.StartsWith("MM\0+"u8);

    /// <summary>
    /// Camera RAW files are TIFFs whose first directory is a reduced preview of a known maker, the sensor's data being in a sub-directory.
    /// </summary>
    public static FrameFormat FormatOf(ReadOnlySpan<byte> start)
    {
        if (start.Length < 8 || start[2] == '+' || start[3] == '+')
            return FrameFormat.Tiff; // BigTIFF
        var tiff = new TiffDirectory(start, start[0] == 'M');
        var directory = tiff.Long(4);
        if (tiff.Find(directory, DngVersion) >= 0)
            return FrameFormat.Dng;
        if (tiff.Find(directory, SubDirectories) < 0 || tiff.Find(directory, NewSubfileType) < 0)
            return FrameFormat.Tiff;
        var make = tiff.Text(tiff.Find(directory, Make));
        return make.StartsWith("NIKON"u8) ? FrameFormat.NikonNef : make.StartsWith("SONY"u8) ? FrameFormat.SonyArw : FrameFormat.Tiff;
    }

    /// <summary>Where the first directory is.</summary>
    public static uint FirstDirectory(ReadOnlySpan<byte> start) => new TiffDirectory(start, start[0] == 'M').Long(4);

    // Position of an entry, -1 when it is not there.
    private int Find(uint directory, ushort tag)
    {
        var count = Short(directory);
        for (var i = 0; i < count; i++)
        {
            var entry = directory + 2L + (long)i * EntryLength;
            if (entry + EntryLength > _file.Length)
                return -1;
            if (Short(entry) == tag)
                return (int)entry;
        }

        return -1;
    }

    private ReadOnlySpan<byte> Text(int entry)
    {
        if (entry < 0)
            return default;
        var length = Long(entry + 4);
        var at = length <= 4 ? (uint)entry + 8 : Long(entry + 8);
        return (long)at + length <= _file.Length ? _file.Slice((int)at, (int)length) : default;
    }

    private ushort Short(long at) => at + 2 > _file.Length ? (ushort)0
        : bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(_file[(int)at..]) : BinaryPrimitives.ReadUInt16LittleEndian(_file[(int)at..]);

    private uint Long(long at) => at + 4 > _file.Length ? 0
        : bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(_file[(int)at..]) : BinaryPrimitives.ReadUInt32LittleEndian(_file[(int)at..]);
}
