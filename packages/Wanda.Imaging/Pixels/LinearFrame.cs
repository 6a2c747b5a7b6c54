namespace Wanda.Imaging.Pixels;

/// <summary>A frame of linear samples, reduced, with what its stretch and its statistics need.</summary>
internal sealed record LinearFrame(
    ReducedFrame Reduced, SampleScale Scale, IReadOnlyList<(double Median, double Mad)> Background, FrameStatistics Statistics)
{
    public static async Task<LinearFrame> ReadAsync(
        IPixelSource<ushort> source, Func<int, SampleScale> scaleFromMinimum, int saturation, ThumbnailOptions options,
        CancellationToken cancellationToken)
    {
        var total = new ExactCounter(source.Shape.Channels);
        var reduced = await new Reduction<ushort>(source, options.LongEdge)
            .RunAsync(() => new ExactCounter(source.Shape.Channels), total.Merge, options.Parallelism,
                cancellationToken).ConfigureAwait(false);
        var background = total.Channels.Select(h => (Median: (double)h.Median(), h))
            .Select(p => (p.Median, (double)p.h.MedianDistance((int)p.Median))).ToList();
        var all = total.Channels[0];
        foreach (var channel in total.Channels.Skip(1))
            all.Merge(channel);
        var scale = scaleFromMinimum(all.Minimum);
        var median = all.Median();
        var (low, high) = (scale.ToPhysical(all.Minimum), scale.ToPhysical(all.Maximum));
        var statistics = new FrameStatistics(
            source.Shape.Width, source.Shape.Height, scale.ToPhysical(median),
            Math.Abs(scale.Gain) * all.MedianDistance(median), Math.Min(low, high),
            Math.Max(low, high), saturation > ushort.MaxValue ? null : (double)all.CountFrom(saturation) / all.Count);
        return new LinearFrame(reduced, scale, background, statistics);
    }

    public static async Task<LinearFrame> ReadAsync(
        IPixelSource<float> source, ThumbnailOptions options, CancellationToken cancellationToken)
    {
        var total = new SampledCounter(source.Shape);
        var reduced = await new Reduction<float>(source, options.LongEdge)
            .RunAsync(() => new SampledCounter(source.Shape), total.Merge, options.Parallelism, cancellationToken).ConfigureAwait(false);
        var background = total.Channels.Select(s => s.MedianAndMad()).ToList();
        var all = total.Channels[0];
        foreach (var channel in total.Channels.Skip(1))
            all.Merge(channel);
        if (all.Minimum > all.Maximum)
            throw new NoPreviewException(NoPreviewReason.Damaged, "the frame holds no number: every sample is NaN or infinite");
        var (median, mad) = all.MedianAndMad();
        var statistics = new FrameStatistics(source.Shape.Width, source.Shape.Height, median, mad, all.Minimum,
            all.Maximum, SaturatedFraction: null);
        return new LinearFrame(reduced, RangeOf(all.Minimum, all.Maximum), background, statistics);
    }

    /// <summary>
    /// Stretched to 8 bits, each channel by its own background, which makes the sky grey whatever the filters and the moon.
    /// </summary>
    public Picture Stretch(int longEdge, double target, bool flip)
    {
        var curves = Background
            .Select(b => AutoStretch.For(Scale.Normalize(b.Median), b.Mad * Math.Abs(Scale.Gain) / (Scale.White - Scale.Black), target))
            .ToArray();
        return Draw(longEdge, flip, (channel, value) => curves[channel].Apply(value));
    }

    /// <summary>As it is, for a picture that was developed already.</summary>
    public Picture Develop(int longEdge) => Draw(longEdge, flip: false, (_, value) => Math.Clamp(value, 0, 1));

    private Picture Draw(int longEdge, bool flip, Func<int, double, double> curve)
    {
        var (width, height) = Picture.Fit(Reduced.Width, Reduced.Height, longEdge);
        var picture = Picture.Create(width, height, Reduced.Channels.Length);
        for (var c = 0; c < picture.Channels; c++)
        {
            var plane = Resampler.Shrink(Reduced.Channels[c], Reduced.Width, Reduced.Height, width, height);
            for (var y = 0; y < height; y++)
            {
                var row = plane.AsSpan((flip ? height - 1 - y : y) * width, width);
                for (var x = 0; x < width; x++)
                    picture[x, y, c] = (byte)(curve(c, Scale.Normalize(row[x])) * 255 + 0.5);
            }
        }

        return picture;
    }

    // Stacked frames are written from 0 to 1 or from 0 to 65535; anything else is shown from its lowest to its highest sample.
    private static SampleScale RangeOf(double minimum, double maximum) => minimum switch
    {
        >= 0 when maximum <= 1 => SampleScale.Physical(0, 1),
        >= 0 when maximum is > 256 and <= 65535 => SampleScale.Physical(0, 65535),
        _ => SampleScale.Physical(minimum, maximum > minimum ? maximum : minimum + 1),
    };
}
