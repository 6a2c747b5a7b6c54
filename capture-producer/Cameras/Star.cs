namespace Wanda.CaptureProducer.Cameras;

/// <summary>
/// A point of light as the atmosphere spreads it: a Moffat profile with exponent 3, which needs no power function. A large, faint one is a
/// nebula.
/// </summary>
/// <param name="X">Centre, pixels.</param>
/// <param name="Y">Centre, pixels.</param>
/// <param name="Peak">Electrons in the middle.</param>
/// <param name="Alpha">Width of the profile, pixels; FWHM = 1.0197 alpha.</param>
/// <param name="Red">Factor of the peak in red light.</param>
/// <param name="Blue">Factor of the peak in blue light.</param>
internal readonly record struct Star(double X, double Y, double Peak, double Alpha, float Red, float Blue)
{
    public const double FwhmPerAlpha = 1.0197;

    // Where less than half an electron is left, nothing can be seen in the noise.
    private const double Faintest = 0.5;

    public double Radius { get; } = Peak <= Faintest ? 0 : Alpha * Math.Sqrt(Math.Cbrt(Peak / Faintest) - 1);

    /// <summary>Adds what falls on a row; of a Bayer row the weights of even and odd columns differ.</summary>
    public void AddTo(Span<float> row, int y, float even, float odd)
    {
        var dy = y - Y;
        var half = Radius * Radius - dy * dy;
        if (half <= 0)
            return;
        half = Math.Sqrt(half);
        var first = Math.Max(0, (int)Math.Ceiling(X - half));
        var last = Math.Min(row.Length - 1, (int)Math.Floor(X + half));
        var inverse = (float)(1 / (Alpha * Alpha));
        var across = 1 + (float)(dy * dy) * inverse;
        var peak = (float)Peak;
        for (var x = first; x <= last; x++)
        {
            var dx = (float)(x - X);
            var q = across + dx * dx * inverse;
            row[x] += ((x & 1) == 0 ? even : odd) * peak / (q * q * q);
        }
    }
}
