using System.ComponentModel;
using System.Globalization;

namespace Wanda.Hosting;

/// <summary>
/// A number of bytes, written as <c>500MB</c>, <c>2GB</c>, <c>64KB</c> (powers of ten, as disks are sold) or plain bytes.
/// </summary>
[TypeConverter(typeof(Converter))]
public readonly record struct ByteSize(long Bytes)
{
    private static readonly (string Suffix, long Factor)[] Units =
        [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000), ("B", 1)];

    /// <summary>Reads the written form.</summary>
    /// <exception cref="FormatException">It is no size.</exception>
    public static ByteSize Parse(string text)
    {
        var trimmed = text.Trim();
        var (suffix, factor) = Units.FirstOrDefault(u => trimmed.EndsWith(u.Suffix, StringComparison.OrdinalIgnoreCase), ("", 1));
        return double.TryParse(trimmed[..^suffix.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
               && number >= 0 && number * factor < long.MaxValue
            ? new ByteSize((long)(number * factor))
            : throw new FormatException($"'{text}' is no size: write a number and a unit, as 500MB or 2GB.");
    }

    /// <summary>The size in the largest unit that leaves at least 1: <c>2.5 GB</c>.</summary>
    public override string ToString()
    {
        foreach (var (suffix, factor) in Units)
        {
            if (Bytes >= factor)
                return string.Create(CultureInfo.InvariantCulture, $"{(double)Bytes / factor:0.#} {suffix}");
        }

        return "0 B";
    }

    private sealed class Converter : TypeConverter
    {
        public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

        public override object ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) => Parse((string)value);
    }
}
