namespace Wanda.Custody;

/// <summary>
/// What the maker of a frame's preview measured of the whole frame at full resolution, in the unit of its file (ADU for a camera's frame),
/// over all pixels of all colours.
/// </summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Median">Level of the background.</param>
/// <param name="Mad">Median absolute deviation from the median.</param>
/// <param name="Minimum">Lowest sample.</param>
/// <param name="Maximum">Highest sample.</param>
/// <param name="SaturatedFraction">
/// Part of the samples, 0 to 1, at the top of the range; null where the file does not tell the range.
/// </param>
public sealed record FrameFigures(
    int Width, int Height, double Median, double Mad, double Minimum, double Maximum, double? SaturatedFraction)
{
    /// <summary>The standard deviation of the background, as far as it is noise of a normal distribution.</summary>
    public double Noise => 1.4826 * Mad;
}
