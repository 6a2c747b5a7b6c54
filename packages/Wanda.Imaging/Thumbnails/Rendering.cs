using Wanda.Imaging.Pixels;

namespace Wanda.Imaging.Thumbnails;

/// <summary>What a renderer gives back: the picture, before it is encoded.</summary>
internal sealed record Rendering(Picture Picture, FrameStatistics? Statistics = null, string? Warning = null)
{
    public static Rendering Of(LinearFrame frame, ThumbnailOptions options, bool flip = false)
    {
        var statistics = frame.Statistics;
        var warning = statistics.Minimum == statistics.Maximum
            ? FormattableString.Invariant($"every pixel has the value {statistics.Minimum:0.####}")
            : null;
        return new Rendering(frame.Stretch(options.LongEdge, options.Background, flip), statistics, warning);
    }

    /// <summary>Refuses what would cost too much, before anything is allocated.</summary>
    public static void CheckSize(long width, long height, ThumbnailOptions options)
    {
        if (width < 1 || height < 1)
            throw new NoPreviewException(NoPreviewReason.Damaged, $"the file declares an image of {width} x {height} pixels");
        if (width > MaxSide || height > MaxSide || width * height > options.MaxPixels)
        {
            throw new NoPreviewException(
                NoPreviewReason.TooLarge,
                $"the file declares {width} x {height} pixels; previews are made up to {options.MaxPixels / 1_000_000} megapixels");
        }
    }

    // Two hundred thousand pixels of a line fit the buffers of a worker in a few megabytes.
    private const int MaxSide = 200_000;
}
