namespace Wanda.Imaging;

/// <summary>
/// Figures of a whole frame at full resolution, in the unit of the file (ADU for a camera's frame), over all pixels of all colours.
/// </summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Median">Level of the background.</param>
/// <param name="Mad">Median absolute deviation from the median; times 1.4826 it is the noise of the background.</param>
/// <param name="Minimum">Lowest sample.</param>
/// <param name="Maximum">Highest sample.</param>
/// <param name="SaturatedFraction">
/// Part of the samples, 0 to 1, at the top of the range of 8 or unsigned 16 bits (65504 and up, so that cameras of 12 and 14 bits that fill
/// the upper bits count too); null where the file does not tell the range.
/// </param>
/// <remarks>Exact for 8 and 16 bits; for wider samples median and MAD are those of a million pixels spread evenly.</remarks>
public sealed record FrameStatistics(
    int Width, int Height, double Median, double Mad, double Minimum, double Maximum, double? SaturatedFraction);
