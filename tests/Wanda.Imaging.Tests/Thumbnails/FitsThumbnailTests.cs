using Wanda.Imaging.Fits;
using Wanda.Imaging.Tests.Support;

namespace Wanda.Imaging.Tests.Thumbnails;

public sealed class FitsThumbnailTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Figures by numpy on the same files.</summary>
    [Theory]
    [InlineData("astropy-mono16.fits", 1340, 71, 1101, 62075)]
    [InlineData("fpack-rice.fits.fz", 1340, 71, 1101, 62075)]
    [InlineData("fpack-rice-rows.fits.fz", 1340, 71, 1101, 62075)]
    [InlineData("fpack-gzip.fits.fz", 1340, 71, 1101, 62075)]
    [InlineData("astropy-rggb.fits", 1348, 492, 675, 65535)]
    [InlineData("astropy-extension.fits", 1340, 71, 1101, 62075)]
    [InlineData("astropy-int16.fits", 1378, 125, 1127, 32767)]
    [InlineData("astropy-float32.fits", 0.021040190011262894, 0.0019155871123075485, 0.01720074750483036, 1.9458717107772827)]
    public async Task Statistics_agree_with_numpy(string name, double median, double mad, double minimum, double maximum)
    {
        var statistics = (await MakeAsync(Fixture.Bytes(name))).Thumbnail.Statistics!;
        Assert.Equal(median, statistics.Median, median * 1e-6);
        Assert.Equal(mad, statistics.Mad, mad * 1e-3);
        Assert.Equal(minimum, statistics.Minimum, 1e-6);
        Assert.Equal(maximum, statistics.Maximum, 1e-6);
    }

    /// <summary>The same pixels, so the same picture.</summary>
    [Theory]
    [InlineData("fpack-rice.fits.fz")]
    [InlineData("fpack-rice-rows.fits.fz")]
    [InlineData("fpack-gzip.fits.fz")]
    public async Task A_compressed_frame_looks_like_the_one_it_was_made_of(string name)
    {
        var (original, compressed) = (new MemoryStream(), new MemoryStream());
        await new ThumbnailMaker().MakeAsync(Fixture.Path("astropy-mono16.fits"), original);
        await new ThumbnailMaker().MakeAsync(Fixture.Path(name), compressed);
        Assert.Equal(original.ToArray(), compressed.ToArray());
    }

    [Fact]
    public async Task The_background_becomes_a_quarter_of_white()
    {
        var (_, jpeg) = await MakeAsync(Fixture.Bytes("astropy-mono16.fits"));
        var background = Enumerable.Range(20, 70).SelectMany(y => Enumerable.Range(30, 90).Select(x => jpeg[x, y].G)).Order()
            .ElementAt(70 * 90 / 2);
        Assert.InRange(background, 0.20 * 255, 0.30 * 255);
    }

    [Theory]
    [InlineData("TOP-DOWN", true)]
    [InlineData("BOTTOM-UP", false)]
    [InlineData(null, false)]
    public async Task The_picture_is_the_right_way_up(string? rowOrder, bool firstRowIsTop)
    {
        var cards = rowOrder is null ? null : new FitsHeader().Add("ROWORDER", rowOrder);
        var (_, jpeg) = await MakeAsync(
            await Frames.FitsAsync(64, 48, (x, y) => x < 16 && y < 16 ? 60000 : 1000 + (x * 31 + y * 17) % 50, cards));
        var (top, bottom) = (jpeg.Mean(2, 2, 10, 10).G, jpeg.Mean(2, 36, 10, 10).G);
        Assert.True(firstRowIsTop ? top > bottom + 100 : bottom > top + 100, $"top {top}, bottom {bottom}");
    }

    /// <summary>A red rectangle on a grey sky stays red, whichever pattern, offset, row order and height tell it.</summary>
    [Theory]
    [InlineData("RGGB", 0, 0, "TOP-DOWN", 96, 0, 0)]
    [InlineData("BGGR", 0, 0, "TOP-DOWN", 96, 1, 1)]
    [InlineData("GRBG", 0, 0, "TOP-DOWN", 96, 1, 0)]
    [InlineData("GBRG", 0, 0, "TOP-DOWN", 96, 0, 1)]
    [InlineData("RGGB", 1, 0, "TOP-DOWN", 96, 1, 0)]
    [InlineData("RGGB", 0, 1, "TOP-DOWN", 96, 0, 1)]
    [InlineData("RGGB", 0, 0, "BOTTOM-UP", 96, 0, 1)]
    [InlineData("RGGB", 0, 0, "BOTTOM-UP", 97, 0, 0)]
    [InlineData("RGGB", 0, 0, null, 96, 0, 0)]
    public async Task Bayer_frames_are_in_colour(string pattern, int offsetX, int offsetY, string? rowOrder, int height, int redX, int redY)
    {
        var cards = new FitsHeader().Add("BAYERPAT", pattern).Add("XBAYROFF", offsetX).Add("YBAYROFF", offsetY);
        if (rowOrder is not null)
            cards.Add("ROWORDER", rowOrder);
        int Sample(int x, int y) =>
            1000 + (x * 31 + y * 17) % 50 + (x is >= 40 and < 90 && y is >= 30 and < 70 && x % 2 == redX && y % 2 == redY ? 8000 : 0);
        var (thumbnail, jpeg) = await MakeAsync(await Frames.FitsAsync(128, height, Sample, cards));
        Assert.Equal((64, height / 2), (thumbnail.Width, thumbnail.Height));
        var red = jpeg.Mean(24, 19, 16, 12);
        Assert.True(red.R > red.G + 80 && red.R > red.B + 80, $"{red}");
    }

    [Fact]
    public async Task The_sky_is_grey_whatever_the_filters_let_through()
    {
        var (_, jpeg) = await MakeAsync(Fixture.Bytes("astropy-rggb.fits"));
        var sky = jpeg.Mean(20, 10, 40, 35);
        Assert.InRange(sky.R / sky.G, 0.85, 1.15);
        Assert.InRange(sky.B / sky.G, 0.85, 1.15);
    }

    [Theory]
    [InlineData(2000, 1500, 512, 384)]
    [InlineData(300, 3000, 51, 512)]
    [InlineData(1030, 10, 512, 5)]
    [InlineData(3000, 1, 512, 1)]
    [InlineData(1, 1, 1, 1)]
    [InlineData(100, 80, 100, 80)]
    public async Task The_long_edge_fits_and_small_frames_stay_as_they_are(int width, int height, int expectedWidth, int expectedHeight)
    {
        var (thumbnail, jpeg) = await MakeAsync(await Frames.FitsAsync(width, height, (x, y) => 500 + (x ^ y) % 97));
        Assert.Equal((expectedWidth, expectedHeight), (thumbnail.Width, thumbnail.Height));
        Assert.Equal((expectedWidth, expectedHeight), (jpeg.Width, jpeg.Height));
    }

    [Fact]
    public async Task Saturated_pixels_are_counted_those_of_14_bit_cameras_too()
    {
        var (thumbnail, _) = await MakeAsync(await Frames.FitsAsync(100, 100, (x, y) => y < 5 ? 65532 : 900 + x));
        Assert.Equal(0.05, thumbnail.Statistics!.SaturatedFraction!.Value, 6);
    }

    [Fact]
    public async Task A_frame_without_content_gets_a_picture_and_a_warning()
    {
        var (thumbnail, _) = await MakeAsync(await Frames.FitsAsync(100, 80, (_, _) => 0));
        Assert.Equal("every pixel has the value 0", thumbnail.Warning);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task The_number_of_workers_does_not_show(int parallelism)
    {
        var fits = await Frames.FitsAsync(1500, 1100, (x, y) => 1000 + (x * 7919 + y * 104729) % 300);
        var (one, many) = (new MemoryStream(), new MemoryStream());
        var path = _folder.Write("f", fits);
        var expected = await new ThumbnailMaker(new ThumbnailOptions { Parallelism = 1 }).MakeAsync(path, one);
        Assert.Equal(expected, await new ThumbnailMaker(new ThumbnailOptions { Parallelism = parallelism }).MakeAsync(path, many));
        Assert.Equal(one.ToArray(), many.ToArray());
    }

    [Fact]
    public async Task A_written_thumbnail_replaces_the_old_one_and_leaves_nothing_beside_it()
    {
        var frame = _folder.Write("frame.fits", Fixture.Bytes("astropy-mono16.fits"));
        _folder.Write("thumb.jpg", [1, 2, 3]);
        await new ThumbnailMaker().MakeAsync(frame, _folder["thumb.jpg"]);
        Assert.Equal(128, new Jpeg(File.ReadAllBytes(_folder["thumb.jpg"])).Width);
        Assert.Equal(2, Directory.GetFiles(_folder.Root).Length);
    }

    private async Task<(Thumbnail Thumbnail, Jpeg Jpeg)> MakeAsync(byte[] frame)
    {
        var output = new MemoryStream();
        var thumbnail = await new ThumbnailMaker(new ThumbnailOptions { Quality = 95 }).MakeAsync(_folder.Write("frame", frame), output);
        return (thumbnail, new Jpeg(output.ToArray()));
    }
}
