using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Wanda.Imaging.Fits;

/// <summary>
/// Writes an image of unsigned 16-bit samples (BITPIX 16, BZERO 32768) to a stream row by row, so that a frame of any size costs a few rows
/// of memory. The stream is neither flushed nor closed: making it durable is its owner's.
/// </summary>
public sealed class FitsWriter
{
    private const int ChunkSamples = 64 * 1024;

    private readonly Stream _stream;
    private readonly long _samples;
    private long _written;

    private FitsWriter(Stream stream, long samples) => (_stream, _samples) = (stream, samples);

    /// <summary>Writes the header.</summary>
    /// <param name="stream">Where the file goes.</param>
    /// <param name="width">Pixels, 1 and up.</param>
    /// <param name="height">Pixels, 1 and up.</param>
    /// <param name="cards">
    /// Cards after the mandatory ones; the writer itself gives SIMPLE, BITPIX, NAXIS, NAXIS1, NAXIS2, BZERO and BSCALE.
    /// </param>
    /// <param name="cancellationToken">Stops the writing.</param>
    public static async Task<FitsWriter> StartAsync(
        Stream stream, int width, int height, FitsHeader? cards = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        var header = new FitsHeader()
            .Add("SIMPLE", true, "FITS Standard 4.0")
            .Add("BITPIX", 16)
            .Add("NAXIS", 2)
            .Add("NAXIS1", width)
            .Add("NAXIS2", height)
            .Add("BZERO", 32768, "unsigned 16-bit samples")
            .Add("BSCALE", 1);
        var bytes = new List<byte>(FitsHeaderReader.BlockLength);
        foreach (var card in header.Concat(cards ?? []))
            FitsCardWriter.Append(bytes, card);
        FitsCardWriter.AppendRecord(bytes, "END", null);
        while (bytes.Count % FitsHeaderReader.BlockLength != 0)
            bytes.Add((byte)' ');
        await stream.WriteAsync(bytes.ToArray(), cancellationToken).ConfigureAwait(false);
        return new FitsWriter(stream, (long)width * height);
    }

    /// <summary>Writes the next samples: rows from the first to the last, in pieces of any length.</summary>
    /// <exception cref="InvalidOperationException">More samples than the header declares.</exception>
    public async Task WriteAsync(ReadOnlyMemory<ushort> samples, CancellationToken cancellationToken = default)
    {
        if (_written + samples.Length > _samples)
            throw new InvalidOperationException($"The image has {_samples} samples, {_written + samples.Length} were given.");
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Min(samples.Length, ChunkSamples) * sizeof(ushort));
        try
        {
            while (!samples.IsEmpty)
            {
                var count = Math.Min(samples.Length, ChunkSamples);
                Encode(samples.Span[..count], buffer);
                await _stream.WriteAsync(buffer.AsMemory(0, count * sizeof(ushort)), cancellationToken).ConfigureAwait(false);
                _written += count;
                samples = samples[count..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Writes the padding. Without this call the file is not complete.</summary>
    /// <exception cref="InvalidOperationException">Fewer samples were given than the header declares.</exception>
    public async Task CompleteAsync(CancellationToken cancellationToken = default)
    {
        if (_written != _samples)
            throw new InvalidOperationException($"The image has {_samples} samples, only {_written} were given.");
        var rest = (int)(_samples * sizeof(ushort) % FitsHeaderReader.BlockLength);
        if (rest != 0)
            await _stream.WriteAsync(new byte[FitsHeaderReader.BlockLength - rest], cancellationToken).ConfigureAwait(false);
    }

    // Stored value = sample - 32768, which flips the highest bit; then big-endian.
    private static void Encode(ReadOnlySpan<ushort> samples, Span<byte> destination)
    {
        var words = MemoryMarshal.Cast<byte, ushort>(destination)[..samples.Length];
        samples.CopyTo(words);
        SampleConversion.FlipSign(words);
        if (BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(words, words);
    }
}
