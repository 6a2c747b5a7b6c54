using System.IO.Compression;
using System.Text;
using Wanda.Imaging.Fits;
using Wanda.Imaging.Tests.Support;

namespace Wanda.Imaging.Tests.Headers;

public class FrameHeadersTests
{
    private static readonly DateTimeOffset Taken = new(2026, 11, 20, 22, 15, 3, 250, TimeSpan.Zero);

    private static readonly (ushort Tag, object Value)[] Photograph =
    [
        (Exif.Model, "Canon EOS 6D"), (Exif.Artist, "Ana"), (Exif.ExposureTime, (1u, 4u)), (Exif.Iso, (ushort)1600),
        (Exif.DateTimeOriginal, "2026:11:21 00:15:03"), (Exif.OffsetTimeOriginal, "+02:00"), (Exif.SubSecTimeOriginal, "25"),
        (Exif.BodySerialNumber, "012345"),
    ];

    [Theory]
    [InlineData("jpeg")]
    [InlineData("little-endian TIFF")]
    [InlineData("big-endian TIFF")]
    [InlineData("Fujifilm")]
    [InlineData("PNG")]
    [InlineData("Canon CR3")]
    public async Task The_exif_of_photographs_is_read(string kind)
    {
        var metadata = await ReadAsync(kind switch
        {
            "jpeg" => Exif.Jpeg(Photograph),
            "little-endian TIFF" => Exif.Tiff(false, Photograph),
            "PNG" =>
            [
                .. PngSignature, .. Chunk("IHDR", new byte[13]), .. Chunk("IDAT", new byte[70_000]),
                .. Chunk("eXIf", Exif.Tiff(true, Photograph)),
            ],
            "big-endian TIFF" => Exif.Tiff(true, Photograph),
            "Fujifilm" => [.. "FUJIFILMCCD-RAW "u8, .. new byte[68], 0, 0, 0, 100, .. new byte[12], .. Exif.Jpeg(Photograph)],
            _ => [0, 0, 0, 24, .. "ftypcrx "u8, .. new byte[12], 0, 0, 1, 0, .. "CMT2"u8, .. CanonDirectory()],
        });
        Assert.Equal(Taken, metadata.TakenAt);
        Assert.Equal((0.25, 1600.0, "012345"), (metadata.ExposureSeconds, metadata.Iso, metadata.CameraSerial));
        if (kind != "Canon CR3")
            Assert.Equal(("Canon EOS 6D", "Ana"), (metadata.Instrument, metadata.Observer));
    }

    [Theory]
    [InlineData("FFFFFFFF")]
    [InlineData("0000000D")]
    [InlineData("")]
    public async Task A_png_that_leads_nowhere_says_nothing(string length)
    {
        var metadata = await ReadAsync([.. PngSignature, .. Convert.FromHexString(length), .. "IDAT"u8]);
        Assert.Equal((0, null), (metadata.Times.Count, metadata.TakenAt));
    }

    private static byte[] PngSignature => [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A];

    private static byte[] Chunk(string name, byte[] content)
    {
        var length = new byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        return [.. length, .. System.Text.Encoding.ASCII.GetBytes(name), .. content, 0, 0, 0, 0];
    }

    [Fact]
    public async Task Exif_without_an_offset_says_no_zone_and_without_digits_no_time()
    {
        var local = Assert.Single((await ReadAsync(Exif.Jpeg((Exif.DateTimeOriginal, "2026:11:20 22:15:03")))).Times);
        Assert.Equal((new DateTime(2026, 11, 20, 22, 15, 3), null), (local.Clock, local.Offset));
        foreach (var text in (string[])["    :  :     :  :  ", "0000:00:00 00:00:00", "2026:11:20 22:15:03 PM"])
            Assert.NotNull(Assert.Single((await ReadAsync(Exif.Jpeg((Exif.DateTimeOriginal, text)))).Times).Problem);
    }

    [Fact]
    public async Task A_zone_behind_the_date_of_exif_counts()
    {
        // Not as the standard has it, but some phones and cameras of the sky write it.
        var said = Assert.Single((await ReadAsync(Exif.Jpeg((Exif.DateTimeOriginal, "2026:11:21 00:15:03+02:00")))).Times);
        Assert.Equal(Taken.AddMilliseconds(-250), said.Utc);
    }

    [Fact]
    public async Task Where_the_camera_stood_is_not_read_from_exif()
    {
        var metadata = await ReadAsync(Exif.Tiff(true, [.. Photograph, (Exif.GpsDirectory, 8u)]));
        Assert.Equal((null, null), (metadata.SiteLatitude, metadata.SiteLongitude));
    }

    [Fact]
    public async Task Xisf_has_the_keywords_of_fits()
    {
        var metadata = await ReadAsync(Xisf("""
            <Image geometry="2:2:1" sampleFormat="UInt16" location="attachment:4096:8">
              <FITSKeyword name="DATE-OBS" value="'2026-11-20T22:15:03.25'" comment="start"/>
              <FITSKeyword name="EXPTIME" value="120." comment=""/>
              <FITSKeyword name="OBJECT" value="'O''Neill''s star'" comment=""/>
              <FITSKeyword name="HISTORY" value="" comment="calibrated"/>
            </Image>
            """));
        Assert.Equal((Taken, 120.0, "O'Neill's star"), (metadata.TakenAt, metadata.ExposureSeconds, metadata.Object));
        Assert.Empty(metadata.Remarks);
    }

    [Fact]
    public async Task Xisf_without_keywords_has_properties()
    {
        var metadata = await ReadAsync(Xisf("""
            <Image><Property id="Observation:Time:Start" type="TimePoint" value="2026-11-20T22:15:03.25Z"/>
            <Property id="Instrument:ExposureTime" type="Float32" value="120"/>
            <Property id="Observation:Object:Name" type="String">M 31</Property>
            <Property id="Observation:Location:Latitude" type="Float64" value="-31.4"/></Image>
            """));
        Assert.Equal((Taken, 120.0, "M 31"), (metadata.TakenAt, metadata.ExposureSeconds, metadata.Object));
        Assert.Null(metadata.SiteLatitude);
    }

    [Theory]
    [InlineData("<!DOCTYPE x [<!ENTITY a \"b\">]><xisf>&a;</xisf>")]
    [InlineData("<xisf><Image>")]
    [InlineData("<xisf>\u0001</xisf>")]
    public async Task Xisf_that_is_no_plain_xml_says_nothing_but_a_remark(string xml)
    {
        var metadata = await ReadAsync(XisfOf(Encoding.UTF8.GetBytes(xml)));
        Assert.Null(metadata.TakenAt);
        Assert.Single(metadata.Remarks);
    }

    [Fact]
    public async Task Xisf_that_is_nested_without_end_is_left()
    {
        var metadata = await ReadAsync(XisfOf(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("<a>", 1_000_000)))));
        Assert.Contains("nested", Assert.Single(metadata.Remarks));
        Assert.NotEmpty((await ReadAsync([.. "XISF0100"u8, 255, 255, 255, 255, 0, 0, 0, 0])).Remarks);
    }

    [Fact]
    public async Task Fits_in_gzip_is_unpacked_as_far_as_its_header()
    {
        var frame = await Frames.FitsAsync(64, 64, (_, _) => 0, new FitsHeader().Add("DATE-OBS", "2026-11-20T22:15:03.25"));
        Assert.Equal(Taken, (await ReadAsync(Gzip(frame))).TakenAt);
        Assert.Equal(Taken, (await ReadAsync(Gzip(frame)[..^20])).TakenAt);
        Assert.Empty((await ReadAsync(Gzip([1, 2, 3]))).Remarks);
        Assert.Equal("L", (await ReadAsync(Gzip(Fixture.Bytes("astropy-extension.fits")))).Filter);
        // A bomb: a header that goes on for a gigabyte.
        Assert.NotEmpty((await ReadAsync(Gzip([.. "SIMPLE  ="u8, .. new byte[1 << 27]]))).Remarks);
    }

    private static Task<FrameMetadata> ReadAsync(byte[] file) => FrameHeaders.ReadAsync(new MemoryStream(file));

    private static byte[] Gzip(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    private static byte[] Xisf(string content) => XisfOf(Encoding.UTF8.GetBytes($"<xisf version=\"1.0\">{content}</xisf>"));

    private static byte[] XisfOf(byte[] xml) => [.. "XISF0100"u8, .. BitConverter.GetBytes(xml.Length), 0, 0, 0, 0, .. xml];

    // In a CR3 the EXIF directory is the first one of a TIFF of its own.
    private static byte[] CanonDirectory()
    {
        var tiff = Exif.Tiff(false, [.. Photograph.Where(t => t.Tag >= 0x8000)]);
        return [.. tiff[..4], .. BitConverter.GetBytes(8 + 2 + 12 + 4), .. tiff[8..]];
    }
}
