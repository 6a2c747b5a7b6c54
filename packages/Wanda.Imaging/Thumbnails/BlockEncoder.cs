using System.Numerics;
using System.Runtime.Intrinsics;

namespace Wanda.Imaging.Thumbnails;

/// <summary>Transforms, quantizes and codes the 8x8 blocks of one component.</summary>
internal sealed class BlockEncoder
{
    private readonly float[] _reciprocals = new float[64];
    private readonly (ushort Code, byte Length)[] _dc;
    private readonly (ushort Code, byte Length)[] _ac;
    private int _previousDc;

    public BlockEncoder(byte[] quantization, bool isLuma)
    {
        for (var i = 0; i < 64; i++)
            _reciprocals[i] = 1f / quantization[i];
        _dc = (isLuma ? JpegTables.LumaDc : JpegTables.ChromaDc).Codes();
        _ac = (isLuma ? JpegTables.LumaAc : JpegTables.ChromaAc).Codes();
    }

    public void Encode(Span<float> block, JpegBitWriter output)
    {
        Transform(block);
        Span<int> coefficients = stackalloc int[64];
        for (var i = 0; i < 64; i++)
        {
            var at = JpegTables.ZigZag[i];
            coefficients[i] = Math.Clamp((int)MathF.Round(block[at] * _reciprocals[at]), -1023, 1023); // the tables go no further
        }

        var difference = coefficients[0] - _previousDc;
        _previousDc = coefficients[0];
        Value(output, _dc, 0, difference);
        var run = 0;
        for (var i = 1; i < 64; i++)
        {
            if (coefficients[i] == 0)
            {
                run++;
                continue;
            }

            for (; run > 15; run -= 16)
                output.Bits(_ac[0xF0].Code, _ac[0xF0].Length);
            Value(output, _ac, run, coefficients[i]);
            run = 0;
        }

        if (run > 0)
            output.Bits(_ac[0].Code, _ac[0].Length); // end of block
    }

    private static void Value(JpegBitWriter output, (ushort Code, byte Length)[] table, int run, int value)
    {
        var size = 32 - BitOperations.LeadingZeroCount((uint)Math.Abs(value));
        var (code, length) = table[run << 4 | size];
        output.Bits(code, length);
        if (size > 0)
            output.Bits((uint)(value < 0 ? value - 1 : value), size);
    }

    // DCT-II as a product with its matrix, rows then columns: a thumbnail has a few thousand blocks.
    private static void Transform(Span<float> block)
    {
        Span<float> rows = stackalloc float[64];
        for (var y = 0; y < 8; y++)
        {
            for (var u = 0; u < 8; u++)
                rows[y * 8 + u] = Dot(block.Slice(y * 8, 8), u);
        }

        Span<float> column = stackalloc float[8];
        for (var u = 0; u < 8; u++)
        {
            for (var y = 0; y < 8; y++)
                column[y] = rows[y * 8 + u];
            for (var v = 0; v < 8; v++)
                block[v * 8 + u] = Dot(column, v);
        }
    }

    private static float Dot(ReadOnlySpan<float> line, int frequency) =>
        Vector256.Dot(Vector256.Create(line), Vector256.Create<float>(JpegTables.Cosines.AsSpan(frequency * 8, 8)));
}
