using Wanda.Imaging.Tests.Support;

namespace Wanda.Imaging.Tests.Thumbnails;

public sealed class PhotoThumbnailTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("libjpeg-baseline.jpg")]
    [InlineData("libjpeg-progressive.jpg")]
    public async Task A_jpeg_is_shown_as_it_is(string name)
    {
        var source = new Jpeg(Fixture.Bytes(name));
        var (thumbnail, jpeg) = await MakeAsync(Fixture.Bytes(name), 64);
        Assert.Equal((64, 48, FrameFormat.Jpeg), (thumbnail.Width, thumbnail.Height, thumbnail.Format));
        var (expected, shown) = (source.Mean(0, 0, 128, 96), jpeg.Mean(0, 0, 64, 48));
        Assert.Equal(expected.R, shown.R, 2.0);
        Assert.Equal(expected.G, shown.G, 2.0);
        Assert.Equal(expected.B, shown.B, 2.0);
        Assert.Null(thumbnail.Warning);
    }

    [Fact]
    public async Task What_a_cut_off_jpeg_still_shows_is_kept_with_a_warning()
    {
        var bytes = Fixture.Bytes("libjpeg-baseline.jpg");
        var (thumbnail, jpeg) = await MakeAsync(bytes[..(bytes.Length * 2 / 3)], 128);
        Assert.StartsWith("the JPEG is damaged: ", thumbnail.Warning, StringComparison.Ordinal);
        var whole = new Jpeg(bytes);
        Assert.Equal(whole.Mean(0, 0, 128, 40).R, jpeg.Mean(0, 0, 128, 40).R, 2.0);
    }

    [Theory]
    [InlineData("pillow-mono16.png")]
    [InlineData("pillow-mono16.tif")]
    public async Task Sixteen_bit_pngs_and_tiffs_are_stretched_like_fits(string name)
    {
        var (thumbnail, jpeg) = await MakeAsync(Fixture.Bytes(name), 128);
        Assert.Equal((1340, 71, 1101, 62075),
            (thumbnail.Statistics!.Median, thumbnail.Statistics.Mad, thumbnail.Statistics.Minimum, thumbnail.Statistics.Maximum));
        Assert.True(jpeg.Mean(2, 2, 18, 10).G > 200, "the corner block is at the top left");
        Assert.InRange(jpeg.Mean(40, 40, 60, 40).G, 40, 110);
    }

    [Fact]
    public async Task Of_a_camera_raw_file_the_preview_inside_is_shown()
    {
        var (thumbnail, jpeg) = await MakeAsync(Fixture.Bytes("synthetic.dng"), 512);
        Assert.Equal((64, 48, FrameFormat.Dng), (thumbnail.Width, thumbnail.Height, thumbnail.Format));
        Assert.True(jpeg.Mean(1, 1, 10, 6).R > 200, "the corner block is at the top left");
        Assert.InRange(jpeg.Mean(20, 20, 30, 20).R, 10, 150);
    }

    [Fact]
    public async Task A_name_with_brackets_is_a_name()
    {
        var path = _folder.Write("M31[1].tif", Fixture.Bytes("pillow-mono16.tif"));
        Assert.Equal(128, (await new ThumbnailMaker().MakeAsync(path, Stream.Null)).Width);
    }

    private async Task<(Thumbnail Thumbnail, Jpeg Jpeg)> MakeAsync(byte[] frame, int longEdge)
    {
        var output = new MemoryStream();
        var options = new ThumbnailOptions { LongEdge = longEdge, Quality = 95 };
        var thumbnail = await new ThumbnailMaker(options).MakeAsync(_folder.Write("frame", frame), output);
        return (thumbnail, new Jpeg(output.ToArray()));
    }
}
