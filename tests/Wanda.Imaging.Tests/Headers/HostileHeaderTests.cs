using System.Text;
using Wanda.Imaging.Fits;
using Wanda.Imaging.Tests.Support;

namespace Wanda.Imaging.Tests.Headers;

/// <summary>Law 8: whatever the headers of a file hold, they are read, or it is said that they are not; numbers are finite.</summary>
[Trait("Rerun", "Never")]
public class HostileHeaderTests
{
    private static readonly string[] Keywords =
    [
        "DATE-OBS", "DATE-BEG", "UT", "TIMESYS", "MJD-OBS", "JD", "EXPTIME", "EXPOSURE", "GAIN", "OFFSET", "CCD-TEMP", "SET-TEMP", "FILTER",
        "OBJECT", "IMAGETYP", "BAYERPAT", "XBAYROFF", "YBAYROFF", "ROWORDER", "XBINNING", "XPIXSZ", "FOCALLEN", "RA", "DEC", "OBJCTRA",
        "OBJCTDEC", "SITELAT", "SITELONG", "AIRMASS", "FOCUSPOS", "OBSERVER", "CONTINUE", "HISTORY", "HIERARCH", "NAXIS1", "BITPIX",
        "BZERO", "ZIMAGE", "PCOUNT", "END", "exptime", "",
    ];

    private static readonly string[] Values =
    [
        "NaN", "Infinity", "-Infinity", "1E400", "-1E400", "1E308", "9999999999999999999999", "-0", "0", "1e-400", "120,5", "1,2,3", ".",
        "T", "'0001-01-01T00:00:00'", "'9999-12-31T23:59:60.999'", "'99999-01-01'", "'24:00:00'", "'03/11/26'", "''", "'", "'&", "'x&'",
        "'99 99 99'", "'-12:34:56'", "'" + new string('9', 66) + "&'", "\0\0\0", "\u00ff\u00fe", "(1,2)", "= = =", "1D400",
    ];

    [Fact]
    public Task Random_headers_are_read_and_their_numbers_are_finite() => Seed.RunAsync(async random =>
    {
        for (var round = 0; round < 3000; round++)
        {
            var cards = Enumerable.Range(0, random.Next(1, 60)).Select(_ => Card(random)).ToArray();
            var header = Header(random, cards);
            var metadata = await FrameHeaders.ReadAsync(new MemoryStream(header));
            foreach (var property in typeof(FrameMetadata).GetProperties().Where(p => p.PropertyType == typeof(double?)))
                Assert.True(property.GetValue(metadata) is null or (double and >= -1e9 and <= 1e9), property.Name);
            foreach (var text in typeof(FrameMetadata).GetProperties().Where(p => p.PropertyType == typeof(string)))
                Assert.True(text.GetValue(metadata) is not string { Length: > 200 }, text.Name);
            Assert.InRange(metadata.Remarks.Count, 0, 16);
            Assert.InRange(metadata.Times.Count, 1, 10);
        }
    });

    [Fact]
    public Task Mutated_photographs_and_xml_are_read() => Seed.RunAsync(async random =>
    {
        byte[][] originals =
        [
            Exif.Jpeg((Exif.DateTimeOriginal, "2026:11:20 22:15:03"), (Exif.ExposureTime, (1u, 0u)), (Exif.Model, new string('x', 300))),
            Exif.Tiff(false, (Exif.DateTimeOriginal, "2026:11:20 22:15:03"), (Exif.Iso, (ushort)100)),
            Fixture.Bytes("synthetic.dng"), Fixture.Bytes("pillow-mono16.tif"),
            [.. "XISF0100"u8, 100, 0, 0, 0, 0, 0, 0, 0, .. "<xisf><Image><FITSKeyword name=\"EXPTIME\" value=\"1\"/></Image></xisf>"u8],
        ];
        foreach (var original in originals)
        {
            for (var round = 0; round < 500; round++)
            {
                var bytes = original.AsSpan(0, random.Next(4) == 0 ? random.Next(original.Length) : original.Length).ToArray();
                for (var i = random.Next(1, 10); i > 0 && bytes.Length > 0; i--)
                    bytes[random.Next(Math.Min(bytes.Length, 600))] = (byte)random.Next(256);
                Assert.InRange((await FrameHeaders.ReadAsync(new MemoryStream(bytes))).Remarks.Count, 0, 16);
            }
        }
    });

    /// <summary>Headers as they come, and one that is nothing but strings which go on: memory and time stay within bounds.</summary>
    [Fact]
    public async Task A_string_that_goes_on_for_ever_is_cut()
    {
        var text = new StringBuilder($"{"SIMPLE  =                    T",-80}{"OBJECT  = 'x&'",-80}");
        for (var i = 0; i < 200_000; i++)
            text.Append($"CONTINUE  '{new string('y', 66)}&'".PadRight(80));
        text.Append($"{"END",-80}");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var header = await FitsHeader.ReadAsync(
            new MemoryStream(Encoding.ASCII.GetBytes(text.ToString().PadRight((text.Length + 2879) / 2880 * 2880))));
        Assert.InRange(header.GetString("OBJECT")!.Length, 1000, 40_000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 500_000_000);
    }

    private static string Card(Random random)
    {
        var value = Values[random.Next(Values.Length)];
        return $"{Keywords[random.Next(Keywords.Length)],-8}= {(random.Next(4) == 0 ? $"'{value.Trim('\'')}'" : value)}";
    }

    private static byte[] Header(Random random, string[] cards)
    {
        string[] all =
        [
            $"SIMPLE  = {"T",20}", $"BITPIX  = {16,20}", $"NAXIS   = {2,20}", $"NAXIS1  = {random.Next(3),20}", $"NAXIS2  = {1,20}",
            .. cards, random.Next(3) == 0 ? "END\0\0\0\0\0" : "END",
        ];
        var text = string.Concat(all.Select(c => c.Length > 80 ? c[..80] : c.PadRight(80)));
        return Encoding.Latin1.GetBytes(text.PadRight((text.Length + 2879) / 2880 * 2880));
    }
}
