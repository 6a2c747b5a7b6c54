namespace Wanda.Ipfs;

/// <summary>
/// Unsigned LEB128 as multiformats bound it: at most 9 bytes (63 bits), shortest form only, so that a value has one spelling.
/// </summary>
internal static class Varint
{
    public const int MaxBytes = 9;

    /// <returns>The bytes consumed, 0 when the input is cut short, -1 when it is over-long or not the shortest form.</returns>
    public static int TryRead(ReadOnlySpan<byte> source, out ulong value)
    {
        value = 0;
        for (int i = 0; i < source.Length && i < MaxBytes; i++)
        {
            value |= (ulong)(source[i] & 0x7F) << (7 * i);
            if (source[i] < 0x80)
                return i > 0 && source[i] == 0 ? -1 : i + 1;
        }

        return source.Length >= MaxBytes ? -1 : 0;
    }

    public static int Length(ulong value)
    {
        int length = 1;
        for (; value >= 0x80; value >>= 7)
            length++;
        return length;
    }

    public static int Write(Span<byte> destination, ulong value)
    {
        int i = 0;
        for (; value >= 0x80; value >>= 7)
            destination[i++] = (byte)(value | 0x80);
        destination[i++] = (byte)value;
        return i;
    }
}
