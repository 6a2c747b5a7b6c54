namespace Wanda.Imaging;

/// <summary>
/// The screen transfer function with which astronomers look at linear frames: shadows are clipped at 2.8 sigma below the background, and a
/// midtones transfer function lifts the background to a quarter of white. Frames brighter than the middle (flats, negatives) are mirrored.
/// See PixInsight's ScreenTransferFunction AutoStretch; sigma = 1.4826 MAD.
/// </summary>
public readonly record struct AutoStretch
{
    /// <summary>Background after the stretch, as PixInsight and Siril have it; N.I.N.A. has 0.2.</summary>
    public const double DefaultTarget = 0.25;

    private const double SigmaPerMad = 1.4826;
    private const double ShadowClip = 2.8;

    // One step of a 16-bit sensor: without noise (a synthetic or empty frame) the curve would otherwise be a vertical line.
    private const double Floor = 1.0 / 65535;

    private readonly double _shadows;
    private readonly double _midtones;
    private readonly bool _mirrored;

    private AutoStretch(double shadows, double midtones, bool mirrored) => (_shadows, _midtones, _mirrored) = (shadows, midtones, mirrored);

    /// <summary>The curve for a frame.</summary>
    /// <param name="median">Of the frame at full resolution, black 0 to white 1.</param>
    /// <param name="mad">Median absolute deviation from it, on the same scale.</param>
    /// <param name="target">Where the background shall be, above 0 and below 1.</param>
    public static AutoStretch For(double median, double mad, double target = DefaultTarget)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(target, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(target, 1);
        var mirrored = median > 0.5;
        var background = Math.Clamp(mirrored ? 1 - median : median, 0, 1);
        var shadows = Math.Clamp(background - ShadowClip * SigmaPerMad * Math.Max(mad, Floor), 0, 1);
        return new AutoStretch(shadows, Midtones(target, Math.Max(background - shadows, Floor)), mirrored);
    }

    /// <summary>The stretched value, 0 to 1.</summary>
    /// <param name="value">Black 0 to white 1; what lies outside is clipped.</param>
    public double Apply(double value)
    {
        var x = ((_mirrored ? 1 - value : value) - _shadows) / (1 - _shadows);
        var y = x <= 0 || double.IsNaN(x) ? 0 : x >= 1 ? 1 : Midtones(_midtones, x);
        return _mirrored ? 1 - y : y;
    }

    private static double Midtones(double m, double x) => (m - 1) * x / ((2 * m - 1) * x - m);
}
