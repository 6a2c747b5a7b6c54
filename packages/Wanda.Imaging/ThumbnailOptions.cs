namespace Wanda.Imaging;

/// <summary>How thumbnails are made.</summary>
public sealed record ThumbnailOptions
{
    /// <summary>Longer side, pixels: 16 to 4096, default 512. Smaller frames are not enlarged.</summary>
    public int LongEdge { get; init; } = 512;

    /// <summary>JPEG quality on the usual scale: 1 to 100, default 85.</summary>
    public int Quality { get; init; } = 85;

    /// <summary>Level of the background after the stretch: 0.01 to 0.9, default <see cref="AutoStretch.DefaultTarget"/>.</summary>
    public double Background { get; init; } = AutoStretch.DefaultTarget;

    /// <summary>Larger frames are refused: default 300 megapixels, twice the largest sensors that are sold to astronomers.</summary>
    public long MaxPixels { get; init; } = 300_000_000;

    /// <summary>Threads that work on one frame: 1 to 64, default 2, so that on a Pi two cores stay with the camera.</summary>
    public int Parallelism { get; init; } = Math.Min(2, Environment.ProcessorCount);

    internal ThumbnailOptions Validated()
    {
        Check(LongEdge is >= 16 and <= 4096, nameof(LongEdge), LongEdge, "16 to 4096 pixels");
        Check(Quality is >= 1 and <= 100, nameof(Quality), Quality, "1 to 100");
        Check(Background is >= 0.01 and <= 0.9, nameof(Background), Background, "0.01 to 0.9");
        Check(MaxPixels >= 1, nameof(MaxPixels), MaxPixels, "1 and up");
        Check(Parallelism is >= 1 and <= 64, nameof(Parallelism), Parallelism, "1 to 64 threads");
        return this;
    }

    private static void Check(bool holds, string name, object value, string range)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, $"Write {range}.");
    }
}
