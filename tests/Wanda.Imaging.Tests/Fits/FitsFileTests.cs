using Wanda.Imaging.Fits;
using Wanda.Imaging.Tests.Support;

namespace Wanda.Imaging.Tests.Fits;

public class FitsFileTests
{
    [Fact]
    public async Task Reads_a_camera_frame_that_astropy_wrote()
    {
        var file = await FitsFile.ReadAsync(Fixture.Path("astropy-mono16.fits"));
        Assert.Equal((16, 128, 96, 1), (file.Image!.BitsPerSample, file.Image.Width, file.Image.Height, file.Image.Planes));
        Assert.True(file.Image.IsUnsigned16);
        Assert.Equal(FitsLength.Complete, file.Length);
        Assert.Equal(5, file.Header.GetInteger("ESO DET TEST"));
        Assert.Equal(new string('x', 100) + "end", file.Header.GetString("LONGSTR"));

        var frame = file.Metadata;
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 2, 3, 4, 567, TimeSpan.Zero), frame.TakenAt);
        Assert.Equal((30.0, 120.0, 30.0, -9.8), (frame.ExposureSeconds, frame.Gain, frame.Offset, frame.SensorTemperature));
        Assert.Equal(("Ha", "Barnard's Loop", FrameType.Light), (frame.Filter, frame.Object, frame.Type));
        Assert.Equal(("ZWO ASI2600MM Pro", "RC8", RowOrder.TopDown), (frame.Instrument, frame.Telescope, frame.RowOrder));
        Assert.Equal(81.875, frame.RightAscension!.Value, 6);
        Assert.Equal(-3.966667, frame.Declination!.Value, 6);
    }

    [Fact]
    public async Task Finds_an_image_in_an_extension_and_looks_up_keywords_in_the_primary_header()
    {
        var file = await FitsFile.ReadAsync(Fixture.Path("astropy-extension.fits"));
        Assert.Equal((128, 96), (file.Image!.Width, file.Image.Height));
        Assert.Equal("L", file.Metadata.Filter);
        Assert.Equal(FitsLength.Complete, file.Length);
    }

    [Fact]
    public async Task A_tile_compressed_image_is_told_apart()
    {
        var file = await FitsFile.ReadAsync(Fixture.Path("fpack-rice.fits.fz"));
        Assert.True(file.IsCompressed);
        Assert.Null(file.Image);
        Assert.Equal("Ha", file.Metadata.Filter);
        Assert.Equal(FitsLength.Complete, file.Length);
    }

    [Theory]
    [InlineData(0, FitsLength.Complete)]
    [InlineData(-1, FitsLength.Unpadded)]
    [InlineData(-2880, FitsLength.Truncated)]
    [InlineData(1, FitsLength.TrailingBytes)]
    [InlineData(5000, FitsLength.TrailingBytes)]
    public async Task Compares_the_length_with_what_the_header_declares(int difference, FitsLength expected)
    {
        var whole = await Frames.FitsAsync(50, 40, (x, y) => x + y);
        var bytes = new byte[whole.Length + difference];
        whole.AsSpan(0, Math.Min(whole.Length, bytes.Length)).CopyTo(bytes);
        var file = await FitsFile.ReadAsync(new MemoryStream(bytes));
        Assert.Equal(expected, file.Length);
        Assert.Equal(whole.Length, file.DeclaredLength);
        Assert.Equal(bytes.Length, file.FileLength);
    }

    [Theory]
    [InlineData("BITPIX  = 12", "NAXIS   = 2", "NAXIS1  = 5", "NAXIS2  = 5")]
    [InlineData("BITPIX  = 16", "NAXIS   = 999999", "NAXIS1  = 5", "NAXIS2  = 5")]
    [InlineData("BITPIX  = 16", "NAXIS   = 2", "NAXIS1  = -5", "NAXIS2  = 5")]
    [InlineData("BITPIX  = 16", "NAXIS   = 2", "NAXIS1  = 5", "MISSING = 5")]
    [InlineData("BITPIX  = 64", "NAXIS   = 2", "NAXIS1  = 4000000000000", "NAXIS2  = 4000000000000")]
    public async Task Impossible_structure_is_refused(params string[] cards)
    {
        var e = await Assert.ThrowsAsync<FitsFormatException>(
            () => FitsFile.ReadAsync(new MemoryStream(Frames.Header(["SIMPLE  = T", .. cards]))));
        Assert.Equal(FitsFault.BadStructure, e.Fault);
    }

    [Theory]
    [InlineData("Light Frame", FrameType.Light)]
    [InlineData("LIGHT", FrameType.Light)]
    [InlineData("Dark", FrameType.Dark)]
    [InlineData("Flat Field", FrameType.Flat)]
    [InlineData("bias", FrameType.Bias)]
    [InlineData("whatever", FrameType.Unknown)]
    public void Frame_types_are_normalized(string text, FrameType expected) =>
        Assert.Equal(expected, FrameMetadata.From(new FitsHeader().Add("IMAGETYP", text)).Type);
}
