namespace Wanda.CaptureProducer.Cameras;

/// <summary>A sensor and a piece of sky that do not exist.</summary>
public sealed record SimulatedCameraOptions
{
    /// <summary>Pixels: 16 to 20000, default 1280.</summary>
    public int Width { get; init; } = 1280;

    /// <summary>Pixels: 16 to 20000, default 1024.</summary>
    public int Height { get; init; } = 1024;

    /// <summary>Whether the sensor has RGGB filters; default monochrome.</summary>
    public bool Bayer { get; init; }

    /// <summary>The same seed and frame number give the same pixels on every machine.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Width of a star at half its height in pixels: 1 to 20, default 3; it varies with the seeing.</summary>
    public double Fwhm { get; init; } = 3;

    /// <summary>Stars in a million pixels: 0 to 10000, default 250.</summary>
    public int StarsPerMegapixel { get; init; } = 250;

    internal SimulatedCameraOptions Validated()
    {
        Check(Width is >= 16 and <= 20_000, nameof(Width), Width, "16 to 20000 pixels");
        Check(Height is >= 16 and <= 20_000, nameof(Height), Height, "16 to 20000 pixels");
        Check(Fwhm is >= 1 and <= 20, nameof(Fwhm), Fwhm, "1 to 20 pixels");
        Check(StarsPerMegapixel is >= 0 and <= 10_000, nameof(StarsPerMegapixel), StarsPerMegapixel, "0 to 10000");
        return this;
    }

    private static void Check(bool holds, string name, object value, string range)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, $"Write {range}.");
    }
}
