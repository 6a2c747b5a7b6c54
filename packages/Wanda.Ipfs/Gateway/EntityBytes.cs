using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Wanda.Ipfs;

/// <summary>A stretch of a file: <c>entity-bytes=from:to</c>.</summary>
/// <remarks>Source: IPFS specs, "Trustless Gateway", section "entity-bytes". <c>to</c> is included, <c>*</c> the end of the file.</remarks>
/// <param name="From">The first byte; from the end of the file when it is negative.</param>
/// <param name="To">The last byte, which counts; from the end when it is negative; null for the end.</param>
public readonly record struct EntityBytes(long From, long? To)
{
    /// <summary>Parses <c>0:99</c>, <c>-10:*</c> and the like; a range that ends before it begins is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out EntityBytes bytes)
    {
        bytes = default;
        if (text?.Split(':') is not [var first, var last] || !Number(first, out long from))
            return false;
        long? to = null;
        if (last != "*")
        {
            if (!Number(last, out long end))
                return false;
            to = end;
        }

        bytes = new(from, to);
        return to is null || to < 0 != from < 0 || to >= from;
    }

    /// <summary>The stretch in a file of that length, up to the byte behind its last; empty when nothing is in it.</summary>
    internal (long Start, long End) Of(long length)
    {
        long start = Math.Max(0, From < 0 ? length + From : From);
        long end = To switch
        {
            null => length,
            < 0 => length + To.Value + 1,
            _ => To.Value < length ? To.Value + 1 : length,
        };
        return (start, Math.Max(start, end));
    }

    private static bool Number(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) && number > long.MinValue;
}
