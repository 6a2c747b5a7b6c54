using System.Text;
using Wanda.Imaging.Tests.Support;

namespace Wanda.Imaging.Tests.Thumbnails;

public sealed class NoPreviewTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task An_empty_file() => FailsAsync([], NoPreviewReason.NotAnImage, "the file is empty (0 bytes)");

    [Fact]
    public Task A_file_of_zeros() => FailsAsync(new byte[5000], NoPreviewReason.NotAnImage, "zero bytes only");

    [Fact]
    public Task A_file_of_noise()
    {
        var noise = new byte[200_000];
        new Random(1).NextBytes(noise);
        return FailsAsync(noise, NoPreviewReason.NotAnImage, "no known image format");
    }

    [Fact]
    public Task A_truncated_frame() =>
        FailsAsync(Fixture.Bytes("astropy-mono16.fits")[..12_960], NoPreviewReason.Truncated, "the file ends after 12,960 of 27,456 bytes");

    [Fact]
    public Task A_header_alone() =>
        FailsAsync(Fixture.Bytes("astropy-mono16.fits")[..100], NoPreviewReason.Truncated, "inside its FITS header");

    [Fact]
    public Task A_frame_larger_than_any_sensor() =>
        FailsAsync(Frames.Image(16, 100_000, 90_000), NoPreviewReason.TooLarge, "100000 x 90000 pixels");

    [Fact]
    public Task A_line_as_long_as_a_frame() =>
        FailsAsync(Frames.Image(8, 300_000_000, 1), NoPreviewReason.TooLarge, "300000000 x 1 pixels");

    [Fact]
    public Task A_spectrum() => FailsAsync(
        Frames.Header("SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 1", "NAXIS1  = 100"), NoPreviewReason.Unsupported, "holds no image");

    [Fact]
    public Task A_damaged_header() => FailsAsync(
        Frames.Header("SIMPLE  = T", "BITPIX  = 17", "NAXIS   = 0"), NoPreviewReason.Damaged, "BITPIX is '17'");

    [Fact]
    public async Task Nothing_but_nan() => await FailsAsync(
        [.. Frames.Image(-32, 16, 16), .. Enumerable.Repeat<byte[]>([0x7F, 0xC0, 0, 0], 720).SelectMany(b => b)],
        NoPreviewReason.Damaged, "every sample is NaN");

    [Fact]
    public Task A_half_written_jpeg_header() =>
        FailsAsync(Fixture.Bytes("libjpeg-baseline.jpg")[..30], NoPreviewReason.Damaged, "the JPEG cannot be decoded");

    [Fact]
    public Task Xisf() => FailsAsync([.. Encoding.ASCII.GetBytes("XISF0100"), .. new byte[100]], NoPreviewReason.Unsupported, "XISF");

    [Fact]
    public async Task A_missing_file_is_an_error_of_the_disk_not_of_the_frame() =>
        await Assert.ThrowsAsync<FileNotFoundException>(() => new ThumbnailMaker().MakeAsync(_folder["nowhere"], Stream.Null));

    private async Task FailsAsync(byte[] frame, NoPreviewReason reason, string message)
    {
        var e = await Assert.ThrowsAsync<NoPreviewException>(
            () => new ThumbnailMaker().MakeAsync(_folder.Write("frame", frame), _folder["thumb.jpg"]));
        Assert.Equal(reason, e.Reason);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["thumb.jpg"]));
    }
}
