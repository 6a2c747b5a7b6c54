namespace Wanda.Imaging.Fits;

/// <summary>
/// The mandatory keywords of one header, checked (FITS Standard 4.0, section 4.4.1), and the length of the data that they declare.
/// </summary>
internal sealed record FitsStructure(int BitsPerSample, long[] Axes, long DataLength)
{
    // The standard allows 999 axes; no image has more than a handful, and a product of few bounded factors cannot surprise.
    private const int MaxAxes = 16;

    public static FitsStructure Of(FitsHeader header)
    {
        var bits = header.GetInteger("BITPIX");
        if (bits is not (8 or 16 or 32 or 64 or -32 or -64))
            throw Bad($"BITPIX is {Shown(header, "BITPIX")}, not 8, 16, 32, 64, -32 or -64");
        var count = header.GetInteger("NAXIS");
        if (count is null or < 0 or > MaxAxes)
            throw Bad($"NAXIS is {Shown(header, "NAXIS")}, not a number from 0 to {MaxAxes}");
        var axes = new long[count.Value];
        for (var i = 0; i < axes.Length; i++)
        {
            var keyword = FormattableString.Invariant($"NAXIS{i + 1}");
            axes[i] = header.GetInteger(keyword) is >= 0 and var length
                ? length
                : throw Bad($"{keyword} is {Shown(header, keyword)}, not a length");
        }

        return new FitsStructure((int)bits, axes, Length((int)bits, axes, header));
    }

    private static long Length(int bits, long[] axes, FitsHeader header)
    {
        if (axes.Length == 0)
            return 0;
        try
        {
            var groups = header.GetInteger("GCOUNT") ?? 1;
            var parameters = header.GetInteger("PCOUNT") ?? 0;
            if (groups < 0 || parameters < 0)
                throw Bad("PCOUNT or GCOUNT is negative");
            // Random groups (section 6) are the one case where NAXIS1 = 0 does not mean "no data".
            var samples = axes.Skip(axes[0] == 0 && header.GetLogical("GROUPS") == true ? 1 : 0)
                .Aggregate(1L, (product, axis) => checked(product * axis));
            var length = checked(Math.Abs(bits) / 8 * groups * (parameters + samples));
            return length <= long.MaxValue / 2 ? length : throw new OverflowException();
        }
        catch (OverflowException)
        {
            throw Bad($"the header declares an impossible size ({string.Join(" x ", axes)})");
        }
    }

    private static string Shown(FitsHeader header, string keyword) => header.GetString(keyword) is { } value ? $"'{value}'" : "missing";

    private static FitsFormatException Bad(string what) => new(FitsFault.BadStructure, $"the FITS header is damaged: {what}");
}
