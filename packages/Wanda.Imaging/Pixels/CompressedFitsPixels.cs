using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.Win32.SafeHandles;
using Wanda.Imaging.Fits;

namespace Wanda.Imaging.Pixels;

/// <summary>Rows of a tile-compressed FITS image, decoded tile by tile. Keeps the last tile, for tiles of several rows.</summary>
internal sealed class CompressedFitsPixels(SafeFileHandle file, CompressedImage compressed, FrameShape shape) : IPixelSource<ushort>
{
    private readonly int[] _tile = new int[compressed.TileRows * compressed.Image.Width];
    private int _decoded = -1;

    public FrameShape Shape => shape;

    // One tile is kept: rows are read in order.
    public bool IsRandomAccess => false;

    public void Read(int plane, int firstRow, Span<ushort> samples)
    {
        var width = compressed.Image.Width;
        for (var row = firstRow; !samples.IsEmpty; row++, samples = samples[width..])
        {
            if (row / compressed.TileRows != _decoded)
                Decode(row / compressed.TileRows);
            var source = _tile.AsSpan(row % compressed.TileRows * width, width);
            // Signed numbers of 16 bits to unsigned ones of the same order.
            var flip = compressed.Image.BitsPerSample == 16 ? 0x8000 : 0;
            for (var x = 0; x < width; x++)
                samples[x] = (ushort)(source[x] ^ flip);
        }
    }

    private void Decode(int number)
    {
        var samples = _tile.AsSpan(0,
            Math.Min(compressed.TileRows, compressed.Image.Height - number * compressed.TileRows) * compressed.Image.Width);
        var row = compressed.Image.DataOffset + (long)number * compressed.RowLength;
        var (length, offset) = Descriptor(row + compressed.DataColumn);
        var gzip = compressed.Algorithm == "GZIP_1";
        if (length == 0 && compressed.GzipColumn >= 0)
            ((length, offset), gzip) = (Descriptor(row + compressed.GzipColumn), true);
        // Even what cannot be made smaller takes little more than its own size.
        if (length <= 0 || offset < 0 || length > samples.Length * 8L + 1024)
            throw Damaged(number);
        var bytes = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            ReadBytes(compressed.HeapOffset + offset, bytes.AsSpan(0, (int)length), number);
            var decoded = gzip
                ? DecodeGzip(bytes, (int)length, samples)
                : new RiceDecoder(bytes.AsSpan(0, (int)length)).Decode(samples, compressed.BytesPerSample, compressed.BlockSize);
            if (!decoded)
                throw Damaged(number);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }

        _decoded = number;
    }

    private bool DecodeGzip(byte[] bytes, int length, Span<int> samples)
    {
        var size = compressed.Image.BytesPerSample;
        var raw = ArrayPool<byte>.Shared.Rent(samples.Length * size);
        try
        {
            using var stream = new GZipStream(new MemoryStream(bytes, 0, length), CompressionMode.Decompress);
            if (stream.ReadAtLeast(raw.AsSpan(0, samples.Length * size), samples.Length * size, throwOnEndOfStream: false)
                < samples.Length * size)
            {
                return false;
            }

            for (var i = 0; i < samples.Length; i++)
                samples[i] = size == 1 ? raw[i] : BinaryPrimitives.ReadInt16BigEndian(raw.AsSpan(2 * i));
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(raw);
        }
    }

    private (long Length, long Offset) Descriptor(long at)
    {
        Span<byte> bytes = stackalloc byte[16];
        ReadBytes(at, bytes[..(compressed.Wide ? 16 : 8)], 0);
        return compressed.Wide
            ? (BinaryPrimitives.ReadInt64BigEndian(bytes), BinaryPrimitives.ReadInt64BigEndian(bytes[8..]))
            : (BinaryPrimitives.ReadInt32BigEndian(bytes), BinaryPrimitives.ReadInt32BigEndian(bytes[4..]));
    }

    private void ReadBytes(long offset, Span<byte> bytes, int tile)
    {
        if (offset < 0)
            throw Damaged(tile);
        while (!bytes.IsEmpty)
        {
            var read = RandomAccess.Read(file, bytes, offset);
            if (read == 0)
                throw Damaged(tile);
            offset += read;
            bytes = bytes[read..];
        }
    }

    private static NoPreviewException Damaged(int tile) =>
        new(NoPreviewReason.Damaged, $"the compressed FITS image is damaged at tile {tile}");
}
