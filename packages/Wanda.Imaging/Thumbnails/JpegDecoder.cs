using System.Runtime.InteropServices;
using Wanda.Imaging.Native;
using Wanda.Imaging.Pixels;

namespace Wanda.Imaging.Thumbnails;

/// <summary>
/// Decodes a JPEG at the smallest of the decoder's scalings that is large enough. What a damaged file still shows is kept, with a warning.
/// </summary>
internal static unsafe class JpegDecoder
{
    public const string Package = "libturbojpeg0";

    // A progressive picture is held as coefficients, 2 bytes a sample and more, whatever the scaling.
    private const long MaxProgressivePixels = 64_000_000;

    public static Rendering Decode(ReadOnlySpan<byte> jpeg, ThumbnailOptions options)
    {
        var handle = TurboJpeg.Create();
        if (handle == 0)
            throw new NoPreviewException(NoPreviewReason.Damaged, "the JPEG decoder could not start");
        try
        {
            fixed (byte* bytes = jpeg)
                return Decode(handle, bytes, jpeg, options);
        }
        finally
        {
            _ = TurboJpeg.Destroy(handle);
        }
    }

    private static Rendering Decode(nint handle, byte* bytes, ReadOnlySpan<byte> jpeg, ThumbnailOptions options)
    {
        var size = new CULong((nuint)jpeg.Length);
        var failed = TurboJpeg.ReadHeader(handle, bytes, size, out var width, out var height, out _, out var space) != 0;
        if (failed && TurboJpeg.GetErrorCode(handle) != TurboJpeg.ErrorWarning)
            throw Damaged(handle);
        if (width < 1 || height < 1)
            throw new NoPreviewException(NoPreviewReason.Damaged, "the JPEG cannot be decoded: the file ends within its header");
        var limit = IsProgressive(jpeg) ? options with { MaxPixels = Math.Min(options.MaxPixels, MaxProgressivePixels) } : options;
        Rendering.CheckSize(width, height, limit);

        var eighths = Enumerable.Range(1, 8).First(n => n == 8 || TurboJpeg.Scaled(Math.Max(width, height), n) >= options.LongEdge);
        (width, height) = (TurboJpeg.Scaled(width, eighths), TurboJpeg.Scaled(height, eighths));
        var cmyk = space is TurboJpeg.ColorCmyk or TurboJpeg.ColorYcck;
        var (format, samples) = space == TurboJpeg.ColorGrey
            ? (TurboJpeg.PixelGrey, 1)
            : cmyk ? (TurboJpeg.PixelCmyk, 4) : (TurboJpeg.PixelRgb, 3);
        var pixels = new byte[(long)width * height * samples];
        string? warning = null;
        fixed (byte* output = pixels)
        {
            if (TurboJpeg.Decompress(handle, bytes, size, output, width, 0, height, format, TurboJpeg.FlagLimitScans) != 0)
            {
                warning = TurboJpeg.GetErrorCode(handle) == TurboJpeg.ErrorWarning
                    ? $"the JPEG is damaged: {TurboJpeg.Error(handle)}"
                    : throw Damaged(handle);
            }
        }

        var picture = cmyk ? FromCmyk(width, height, pixels) : new Picture(width, height, samples, pixels);
        return new Rendering(picture.ShrinkTo(options.LongEdge), Warning: warning);
    }

    // Adobe's CMYK is inverted: 255 is no ink.
    private static Picture FromCmyk(int width, int height, byte[] cmyk)
    {
        var picture = Picture.Create(width, height, 3);
        for (var i = 0; i < width * height; i++)
        {
            for (var c = 0; c < 3; c++)
                picture.Pixels[i * 3 + c] = (byte)(cmyk[i * 4 + c] * cmyk[i * 4 + 3] / 255);
        }

        return picture;
    }

    private static bool IsProgressive(ReadOnlySpan<byte> jpeg)
    {
        for (var at = 2; at + 4 <= jpeg.Length && jpeg[at] == 0xFF;)
        {
            var marker = jpeg[at + 1];
            if (marker is 0xC2 or 0xC6 or 0xCA)
                return true;
            if (marker is 0xC0 or 0xC1 or 0xDA)
                return false;
            at += marker is 0xFF ? 1 : 2 + (jpeg[at + 2] << 8 | jpeg[at + 3]);
        }

        return true; // Unclear: the tighter limit holds.
    }

    private static NoPreviewException Damaged(nint handle) =>
        new(NoPreviewReason.Damaged, $"the JPEG cannot be decoded: {TurboJpeg.Error(handle)}");
}
