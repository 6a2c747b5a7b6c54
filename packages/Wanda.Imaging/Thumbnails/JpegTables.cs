namespace Wanda.Imaging.Thumbnails;

/// <summary>
/// A Huffman table as a JPEG stores it: how many codes there are of each length from 1 to 16, and their symbols in order.
/// </summary>
internal sealed record HuffmanTable(byte[] Counts, byte[] Symbols)
{
    /// <summary>Code and length by symbol (ITU-T T.81, annex C).</summary>
    public (ushort Code, byte Length)[] Codes()
    {
        var codes = new (ushort, byte)[256];
        var (code, next) = (0, 0);
        for (byte length = 1; length <= 16; length++, code <<= 1)
        {
            for (var i = 0; i < Counts[length - 1]; i++)
                codes[Symbols[next++]] = ((ushort)code++, length);
        }

        return codes;
    }
}

/// <summary>The tables of ITU-T T.81, annex K.</summary>
internal static class JpegTables
{
    public static readonly byte[] ZigZag =
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ];

    public static readonly byte[] LumaQuantization =
    [
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72,
        92, 95, 98, 112, 100, 103, 99,
    ];

    public static readonly byte[] ChromaQuantization =
    [
        17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    ];

    public static readonly HuffmanTable LumaDc = new([0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0],
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);

    public static readonly HuffmanTable ChromaDc = new([0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0],
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);

    public static readonly HuffmanTable LumaAc = new(
        [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d],
        Convert.FromHexString(
            "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a"
            + "535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7"
            + "c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa"));

    public static readonly HuffmanTable ChromaAc = new(
        [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77],
        Convert.FromHexString(
            "000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a43444546474849"
            + "4a535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5"
            + "c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa"));

    /// <summary>Rows of the orthonormal DCT-II: row u, column x.</summary>
    public static readonly float[] Cosines = Enumerable.Range(0, 64)
        .Select(i => (float)((i / 8 == 0 ? Math.Sqrt(0.125) : 0.5) * Math.Cos((2 * (i % 8) + 1) * (i / 8) * Math.PI / 16)))
        .ToArray();

    /// <summary>A table of annex K for a quality from 1 to 100, on the scale of the Independent JPEG Group.</summary>
    public static byte[] Scale(byte[] table, int quality)
    {
        var percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
        return table.Select(q => (byte)Math.Clamp((q * percent + 50) / 100, 1, 255)).ToArray();
    }
}
