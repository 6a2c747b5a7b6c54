using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Wanda.Imaging;

/// <summary>Vectorised conversions between the samples of a file and those that are counted.</summary>
internal static class SampleConversion
{
    /// <summary>Maps signed 16-bit numbers to unsigned ones in the same order, and back.</summary>
    public static void FlipSign(Span<ushort> samples)
    {
        var vectors = MemoryMarshal.Cast<ushort, Vector<ushort>>(samples);
        var sign = new Vector<ushort>(0x8000);
        for (var i = 0; i < vectors.Length; i++)
            vectors[i] ^= sign;
        for (var i = vectors.Length * Vector<ushort>.Count; i < samples.Length; i++)
            samples[i] ^= 0x8000;
    }

    /// <summary>Big-endian signed 16-bit samples, in place, to unsigned ones of the same order.</summary>
    public static void FromBigEndian16(Span<ushort> samples)
    {
        if (BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(samples, samples);
        FlipSign(samples);
    }

    public static void Widen(ReadOnlySpan<byte> bytes, Span<ushort> samples)
    {
        for (var i = 0; i < bytes.Length; i++)
            samples[i] = bytes[i];
    }

    /// <summary>Adds a row to the sums of its columns.</summary>
    public static void Accumulate(ReadOnlySpan<ushort> row, Span<uint> sums)
    {
        var source = MemoryMarshal.Cast<ushort, Vector<ushort>>(row);
        var target = MemoryMarshal.Cast<uint, Vector<uint>>(sums);
        for (var i = 0; i < source.Length; i++)
        {
            Vector.Widen(source[i], out var low, out var high);
            target[2 * i] += low;
            target[2 * i + 1] += high;
        }

        for (var i = source.Length * Vector<ushort>.Count; i < row.Length; i++)
            sums[i] += row[i];
    }

    public static void Accumulate(ReadOnlySpan<float> row, Span<float> sums)
    {
        for (var i = 0; i < row.Length; i++)
            sums[i] += float.IsFinite(row[i]) ? row[i] : 0;
    }

    /// <summary>Big-endian 32-bit, 64-bit and floating point samples to physical values.</summary>
    public static void ToSingle(ReadOnlySpan<byte> bytes, int bitsPerSample, double scale, double zero, Span<float> samples)
    {
        switch (bitsPerSample)
        {
            case 32:
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = (float)(zero + scale * BinaryPrimitives.ReadInt32BigEndian(bytes[(4 * i)..]));
                break;
            case 64:
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = (float)(zero + scale * BinaryPrimitives.ReadInt64BigEndian(bytes[(8 * i)..]));
                break;
            case -32:
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = (float)(zero + scale * BinaryPrimitives.ReadSingleBigEndian(bytes[(4 * i)..]));
                break;
            case -64:
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = (float)(zero + scale * BinaryPrimitives.ReadDoubleBigEndian(bytes[(8 * i)..]));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(bitsPerSample));
        }
    }
}
