using Wanda.Imaging.Fits;

namespace Wanda.Imaging.Pixels;

/// <summary>Which channel (0 red, 1 green, 2 blue) each pixel of a 2x2 cell of the stored rows holds.</summary>
internal readonly record struct BayerPattern(int TopLeft, int TopRight, int BottomLeft, int BottomRight)
{
    public int this[int row, int column] =>
        (row, column) switch { (0, 0) => TopLeft, (0, 1) => TopRight, (1, 0) => BottomLeft, _ => BottomRight };

    /// <summary>
    /// The pattern of the rows as they are stored, or null when the frame is not Bayer. BAYERPAT describes the upright image: when rows are
    /// stored from the bottom, they begin with the pattern's other row, unless their number is odd. Without ROWORDER capture programs store
    /// from the top (Siril assumes the same).
    /// </summary>
    public static BayerPattern? From(FrameMetadata metadata, int height)
    {
        if (Parse(metadata.BayerPattern) is not { } pattern)
            return null;
        if (metadata.RowOrder == RowOrder.BottomUp && height % 2 == 0)
            pattern = pattern.SwapRows();
        if (metadata.BayerOffsetX % 2 != 0)
            pattern = pattern.SwapColumns();
        if (metadata.BayerOffsetY % 2 != 0)
            pattern = pattern.SwapRows();
        return pattern;
    }

    private static BayerPattern? Parse(string? text) => text switch
    {
        "RGGB" => new(0, 1, 1, 2),
        "BGGR" => new(2, 1, 1, 0),
        "GRBG" => new(1, 0, 2, 1),
        "GBRG" => new(1, 2, 0, 1),
        _ => null,
    };

    private BayerPattern SwapRows() => new(BottomLeft, BottomRight, TopLeft, TopRight);

    private BayerPattern SwapColumns() => new(TopRight, TopLeft, BottomRight, BottomLeft);
}
