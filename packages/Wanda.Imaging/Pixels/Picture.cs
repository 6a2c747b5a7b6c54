namespace Wanda.Imaging.Pixels;

/// <summary>A small picture of 8 bits, 1 (grey) or 3 (red, green, blue) channels, top row first.</summary>
internal sealed record Picture(int Width, int Height, int Channels, byte[] Pixels)
{
    public byte this[int x, int y, int channel]
    {
        get => Pixels[(y * Width + x) * Channels + channel];
        set => Pixels[(y * Width + x) * Channels + channel] = value;
    }

    public static Picture Create(int width, int height, int channels) => new(width, height, channels, new byte[width * height * channels]);

    /// <summary>The size whose longer side is <paramref name="longEdge"/>; never larger than the frame, never below 1.</summary>
    public static (int Width, int Height) Fit(int width, int height, int longEdge)
    {
        var scale = Math.Min(1, (double)longEdge / Math.Max(width, height));
        return (Math.Max(1, (int)Math.Round(width * scale)), Math.Max(1, (int)Math.Round(height * scale)));
    }

    public Picture ShrinkTo(int longEdge)
    {
        var (width, height) = Fit(Width, Height, longEdge);
        if ((width, height) == (Width, Height))
            return this;
        var result = Create(width, height, Channels);
        var plane = new float[Width * Height];
        for (var c = 0; c < Channels; c++)
        {
            for (var i = 0; i < plane.Length; i++)
                plane[i] = Pixels[i * Channels + c];
            var small = Resampler.Shrink(plane, Width, Height, width, height);
            for (var i = 0; i < small.Length; i++)
                result.Pixels[i * Channels + c] = (byte)(small[i] + 0.5);
        }

        return result;
    }
}
