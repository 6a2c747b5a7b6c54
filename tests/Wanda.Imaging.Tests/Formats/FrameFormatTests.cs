using System.Buffers.Binary;
using System.Text;
using Wanda.Imaging.Tests.Support;

namespace Wanda.Imaging.Tests.Formats;

public class FrameFormatTests
{
    [Theory]
    [InlineData("astropy-mono16.fits", "FITS")]
    [InlineData("libjpeg-baseline.jpg", "JPEG")]
    [InlineData("pillow-mono16.png", "PNG")]
    [InlineData("pillow-mono16.tif", "TIFF")]
    [InlineData("fpack-rice.fits.fz", "compressed FITS")]
    public void Files_are_told_by_their_content(string name, string expected) =>
        Assert.Equal(expected, FrameFormat.Detect(Fixture.Bytes(name)).Name);

    [Theory]
    [InlineData("XISF0100", ".xisf")]
    [InlineData("II*\0\u0010\0\0\0CR\u0002\0", ".cr2")]
    [InlineData("\0\0\0\u0018ftypcrx \0\0", ".cr3")]
    [InlineData("FUJIFILMCCD-RAW 0201", ".raf")]
    [InlineData("IIRO\u0008\0\0\0", ".orf")]
    [InlineData("IIU\0\u0018\0\0\0", ".rw2")]
    [InlineData("", "")]
    [InlineData("hello", "")]
    public void Beginnings(string start, string extension) =>
        Assert.Equal(extension, FrameFormat.Detect(Encoding.Latin1.GetBytes(start)).Extension);

    [Theory]
    [InlineData("NIKON CORPORATION", false, ".nef")]
    [InlineData("SONY", false, ".arw")]
    [InlineData("Canon", false, ".tif")]
    [InlineData("Any", true, ".dng")]
    public void Raw_files_that_are_tiffs_are_told_by_their_first_directory(string make, bool dng, string extension)
    {
        foreach (var bigEndian in new[] { false, true })
            Assert.Equal(extension, FrameFormat.Detect(Tiff(make, dng, bigEndian)).Extension);
    }

    private static byte[] Tiff(string make, bool dng, bool bigEndian)
    {
        var file = new byte[256];
        void Short(int at, int value)
        {
            if (bigEndian)
                BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(at), (ushort)value);
            else
                BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), (ushort)value);
        }

        void Long(int at, int value)
        {
            if (bigEndian)
                BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(at), value);
            else
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        }

        Encoding.ASCII.GetBytes(bigEndian ? "MM" : "II").CopyTo(file, 0);
        Short(2, 42);
        Long(4, 8);
        Short(8, 4);
        Encoding.ASCII.GetBytes(make).CopyTo(file, 100);
        (int Tag, int Type, int Count, int Value)[] entries =
            [(0x00FE, 4, 1, 1), (0x010F, 2, make.Length, make.Length <= 4 ? 0 : 100), (0x014A, 4, 1, 200),
                (dng ? 0xC612 : 0xC000, 1, 4, 0x0104)];
        for (var i = 0; i < entries.Length; i++)
        {
            var at = 10 + 12 * i;
            Short(at, entries[i].Tag);
            Short(at + 2, entries[i].Type);
            Long(at + 4, entries[i].Count);
            if (entries[i] is { Tag: 0x010F, Value: 0 })
                Encoding.ASCII.GetBytes(make).CopyTo(file, at + 8);
            else
                Long(at + 8, entries[i].Value);
        }

        return file;
    }
}
