using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Wanda.Imaging.Fits;

namespace Wanda.Imaging.Pixels;

/// <summary>Rows of an uncompressed FITS image, read from the file where they are.</summary>
internal abstract class FitsPixels(SafeFileHandle file, FitsImage image, FrameShape shape)
{
    public FrameShape Shape => shape;

    public bool IsRandomAccess => true;

    protected FitsImage Image => image;

    protected void ReadBytes(int plane, int firstRow, Span<byte> bytes)
    {
        var offset = image.DataOffset + ((long)plane * image.Height + firstRow) * image.Width * image.BytesPerSample;
        while (!bytes.IsEmpty)
        {
            var read = RandomAccess.Read(file, bytes, offset);
            if (read == 0)
                throw new NoPreviewException(NoPreviewReason.Truncated, "the file became shorter while it was being read");
            offset += read;
            bytes = bytes[read..];
        }
    }
}

/// <summary>8-bit and 16-bit samples, as unsigned numbers of the same order.</summary>
internal sealed class FitsIntegers(SafeFileHandle file, FitsImage image, FrameShape shape)
    : FitsPixels(file, image, shape), IPixelSource<ushort>
{
    public void Read(int plane, int firstRow, Span<ushort> samples)
    {
        if (Image.BitsPerSample == 16)
        {
            ReadBytes(plane, firstRow, MemoryMarshal.AsBytes(samples));
            SampleConversion.FromBigEndian16(samples);
            return;
        }

        var bytes = ArrayPool<byte>.Shared.Rent(samples.Length);
        ReadBytes(plane, firstRow, bytes.AsSpan(0, samples.Length));
        SampleConversion.Widen(bytes.AsSpan(0, samples.Length), samples);
        ArrayPool<byte>.Shared.Return(bytes);
    }
}

/// <summary>32-bit, 64-bit and floating point samples, as physical values.</summary>
internal sealed class FitsReals(SafeFileHandle file, FitsImage image, FrameShape shape)
    : FitsPixels(file, image, shape), IPixelSource<float>
{
    public void Read(int plane, int firstRow, Span<float> samples)
    {
        var length = samples.Length * Image.BytesPerSample;
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        ReadBytes(plane, firstRow, bytes.AsSpan(0, length));
        SampleConversion.ToSingle(bytes.AsSpan(0, length), Image.BitsPerSample, Image.Scale, Image.Zero, samples);
        ArrayPool<byte>.Shared.Return(bytes);
    }
}
