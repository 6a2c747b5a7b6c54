using Wanda.Imaging.Native;
using Wanda.Imaging.Pixels;

namespace Wanda.Imaging.Thumbnails;

/// <summary>
/// PNG and TIFF. Those of more than 8 bits are taken for linear frames of a camera and stretched, the others for pictures.
/// </summary>
internal static class VipsRenderer
{
    private const string Package = "libvips42";
    private const int Saturation16 = 65504;

    public static async Task<Rendering> RenderAsync(
        string path, FrameFormat format, ThumbnailOptions options, CancellationToken cancellationToken)
    {
        NativeCodecs.Require(NativeCodecs.Vips, format, Package);
        if (!Vips.IsReady)
            throw new NoPreviewException(NoPreviewReason.DecoderMissing, $"libvips does not start: {Vips.Error()}");
        using var pixels = await Task.Run(() => new VipsPixels(path), cancellationToken).ConfigureAwait(false);
        Rendering.CheckSize(pixels.Shape.Width, pixels.Shape.Height, options);
        switch (pixels.Format)
        {
            case Vips.FormatUChar:
                var scale = SampleScale.Physical(0, byte.MaxValue);
                var frame = await LinearFrame.ReadAsync(pixels, _ => scale, byte.MaxValue, options,
                    cancellationToken).ConfigureAwait(false);
                return new Rendering(frame.Develop(options.LongEdge), frame.Statistics);
            case Vips.FormatUShort:
                return Rendering.Of(await LinearFrame.ReadAsync(pixels, _ => SampleScale.Unsigned16, Saturation16, options,
                    cancellationToken).ConfigureAwait(false), options);
            case Vips.FormatFloat:
                return Rendering.Of(
                    await LinearFrame.ReadAsync((IPixelSource<float>)pixels, options, cancellationToken).ConfigureAwait(false), options);
            default:
                throw new NoPreviewException(NoPreviewReason.Unsupported,
                    $"the {format} has samples of a kind that is not read here (libvips format {pixels.Format})");
        }
    }
}
