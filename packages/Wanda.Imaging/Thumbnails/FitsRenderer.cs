using Wanda.Imaging.Fits;
using Wanda.Imaging.Pixels;

namespace Wanda.Imaging.Thumbnails;

/// <summary>FITS: stretched, in colour when the sensor is Bayer or the file has three planes, the right way up.</summary>
internal static class FitsRenderer
{
    // Cameras of 12 and 14 bits that fill the upper bits of 16 saturate a little below 65535.
    private const int Saturation16 = 65504;
    private const int NoSaturation = int.MaxValue;

    public static async Task<Rendering> RenderAsync(string path, ThumbnailOptions options, CancellationToken cancellationToken)
    {
        FitsFile fits;
        try
        {
            fits = await FitsFile.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (FitsFormatException e)
        {
            throw new NoPreviewException(
                e.Fault == FitsFault.HeaderTruncated ? NoPreviewReason.Truncated : NoPreviewReason.Damaged, e.Message, e);
        }

        var compressed = fits.IsCompressed ? CompressedImage.From(fits.Header, fits.ImageDataOffset) : null;
        var image = compressed?.Image ?? fits.Image
            ?? throw new NoPreviewException(NoPreviewReason.Unsupported, "the FITS file holds no image (NAXIS is below 2)");
        Rendering.CheckSize(image.Width, image.Height, options);
        var end = compressed is null ? image.DataOffset + image.DataLength : fits.DeclaredLength;
        if (fits.Length == FitsLength.Truncated && fits.FileLength < end)
            throw Cut(fits.FileLength, end);

        var metadata = fits.Metadata;
        var shape = ShapeOf(image, metadata);
        using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        var frame = Math.Abs(image.BitsPerSample) <= 16
            ? await ReadAsync(compressed is null ? new FitsIntegers(file, image, shape) : new CompressedFitsPixels(file, compressed, shape),
                image, options, cancellationToken).ConfigureAwait(false)
            : await LinearFrame.ReadAsync(new FitsReals(file, image, shape), options, cancellationToken).ConfigureAwait(false);
        return Rendering.Of(frame, options, flip: metadata.RowOrder != RowOrder.TopDown);
    }

    private static Task<LinearFrame> ReadAsync(
        IPixelSource<ushort> source, FitsImage image, ThumbnailOptions options, CancellationToken cancellationToken) =>
        image switch
        {
            { IsUnsigned16: true } => LinearFrame.ReadAsync(source, _ => SampleScale.Unsigned16, Saturation16, options, cancellationToken),
            { BitsPerSample: 16 } =>
                LinearFrame.ReadAsync(source, lowest => Signed16(image, lowest), NoSaturation, options, cancellationToken),
            _ => LinearFrame.ReadAsync(source, _ => Scale(image, stored0: 0, black: 0, white: 255), byte.MaxValue,
                options, cancellationToken),
        };

    internal static FrameShape ShapeOf(FitsImage image, FrameMetadata metadata)
    {
        if (image.Planes == 3)
            return new FrameShape(image.Width, image.Height, ChannelLayout.Planar);
        var isBayer = image is { Planes: 1, Width: > 1, Height: > 1 };
        return isBayer && BayerPattern.From(metadata, image.Height) is { } pattern
            ? new FrameShape(image.Width, image.Height, ChannelLayout.Bayer, pattern)
            : new FrameShape(image.Width, image.Height, ChannelLayout.Mono); // Of a cube, the first plane.
    }

    // Counted = stored + 32768. Programs that know no BZERO write 15 bits: black is 0 unless samples go below.
    private static SampleScale Signed16(FitsImage image, int lowest) =>
        Scale(image, stored0: 32768, black: Math.Min(lowest, 32768), white: 65535);

    private static SampleScale Scale(FitsImage image, int stored0, int black, int white)
    {
        var scale = new SampleScale(image.Scale, image.Zero - image.Scale * stored0, 0, 1);
        var (first, last) = (scale.ToPhysical(black), scale.ToPhysical(white));
        return scale with { Black = Math.Min(first, last), White = Math.Max(first, last) };
    }

    private static NoPreviewException Cut(long length, long declared) => new(
        NoPreviewReason.Truncated, FormattableString.Invariant($"the file ends after {length:N0} of {declared:N0} bytes"));
}
