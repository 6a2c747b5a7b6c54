using System.Globalization;
using Wanda.Custody;

namespace Wanda.Ops;

/// <summary>What was measured of a frame, as names and texts.</summary>
public static class FigureWords
{
    /// <summary>Each figure with its name: <c>background</c>, <c>1,012 (noise 14.8)</c>.</summary>
    public static IEnumerable<(string Name, string Value)> Of(FrameFigures figures)
    {
        yield return ("pixels", $"{figures.Width} x {figures.Height}");
        yield return ("background", $"{Number(figures.Median)} (noise {Number(figures.Noise)})");
        yield return ("samples", $"{Number(figures.Minimum)} to {Number(figures.Maximum)}");
        if (figures.SaturatedFraction is { } saturated)
            yield return ("saturated", saturated is > 0 and < 0.0001 ? "less than 0.01 %" : $"{Number(100 * saturated)} %");
    }

    // Whole ADU where they are many; of frames that are scaled from 0 to 1 what there is.
    private static string Number(double value) => Math.Abs(value) switch
    {
        0 => "0",
        < 0.001 or >= 1e9 => value.ToString("0.###e+0", CultureInfo.InvariantCulture),
        < 10 => value.ToString("0.####", CultureInfo.InvariantCulture),
        < 1000 => value.ToString("0.#", CultureInfo.InvariantCulture),
        _ => value.ToString("N0", CultureInfo.InvariantCulture),
    };
}
