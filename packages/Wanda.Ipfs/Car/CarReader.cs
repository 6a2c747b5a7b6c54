using System.Buffers;
using System.Runtime.CompilerServices;

namespace Wanda.Ipfs;

/// <summary>
/// Reads a CAR as it streams in, version 1 or the one inside a version 2, verifying each block; memory is one block whatever the length of
/// the stream.
/// </summary>
/// <remarks>Source: the CARv1 and CARv2 specifications. The stream stays the caller's; a version 2's index is not read.</remarks>
public sealed class CarReader : IDisposable
{
    private const int MaxSection = Cid.MaxBytes + Block.MaxBytes;

    private readonly Stream _stream;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(MaxSection + Varint.MaxBytes);
    private int _start;
    private int _end;
    private bool _begun;

    private CarReader(Stream stream) => _stream = stream;

    /// <summary>The roots that the header names. Nothing says that they follow, or that the DAG is whole.</summary>
    public IReadOnlyList<Cid> Roots { get; private set; } = [];

    /// <summary>Reads the header.</summary>
    /// <exception cref="CarFormatException">Not a CAR, or a header above 64 KiB.</exception>
    public static async Task<CarReader> OpenAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        var (reader, inner) = await BeginAsync(stream, cancellationToken).ConfigureAwait(false);
        if (inner is null)
            return reader;
        reader.Dispose();
        await inner.BeginAsync(cancellationToken).ConfigureAwait(false);
        (reader, inner) = await BeginAsync(inner, cancellationToken).ConfigureAwait(false);
        if (inner is null)
            return reader;
        reader.Dispose();
        throw new CarFormatException("The CAR version 2 holds another one; it should hold a version 1.");
    }

    /// <returns>Where the version 1 is, if the stream is a version 2.</returns>
    private static async Task<(CarReader Reader, CarV2Stream? Inner)> BeginAsync(Stream stream, CancellationToken cancellationToken)
    {
        var reader = new CarReader(stream);
        try
        {
            int length = await reader.SectionAsync(CarHeader.MaxBytes, cancellationToken).ConfigureAwait(false)
                ?? throw new CarFormatException("The CAR is empty.");
            if (CarHeader.Decode(reader.Take(length)) is not { } roots)
                return (reader, new(stream, reader._buffer[reader._start..reader._end]));
            reader.Roots = roots;
            return (reader, null);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>The blocks in the order of the stream, once. Each block's memory is used again for the next.</summary>
    /// <exception cref="CarFormatException">The stream is cut short or breaks a bound.</exception>
    /// <exception cref="BlockMismatchException">A block is not what its CID says.</exception>
    public async IAsyncEnumerable<Block> ReadBlocksAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (_begun)
            throw new InvalidOperationException("A CAR stream can be read once.");
        _begun = true;
        while (await SectionAsync(MaxSection, cancellationToken).ConfigureAwait(false) is { } length)
            yield return Verify(Take(length));
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private static Block Verify(ReadOnlyMemory<byte> section)
    {
        try
        {
            var cid = Cid.Read(section.Span, out int length);
            return Block.Verify(cid, section[length..]);
        }
        catch (Exception e) when (e is CidFormatException or NotSupportedException)
        {
            throw new CarFormatException($"A block of the CAR cannot be verified: {e.Message}");
        }
    }

    /// <returns>The length of the next section, all of it in the buffer; null at the end of the stream.</returns>
    private async ValueTask<int?> SectionAsync(int limit, CancellationToken cancellationToken)
    {
        ulong length;
        int used;
        while ((used = Varint.TryRead(_buffer.AsSpan(_start, _end - _start), out length)) == 0)
        {
            if (!await FillAsync(Varint.MaxBytes, cancellationToken).ConfigureAwait(false))
                return _start == _end ? null : throw new CarFormatException("The CAR is cut short inside a length.");
        }

        if (used < 0 || length == 0 || length > (ulong)limit)
        {
            throw new CarFormatException(
                used < 0 ? "A length in the CAR is malformed." : $"A section of {length} bytes is outside of 1 to {limit}.");
        }

        _start += used;
        while (_end - _start < (int)length)
        {
            if (!await FillAsync((int)length, cancellationToken).ConfigureAwait(false))
                throw new CarFormatException($"The CAR is cut short: {(int)length - (_end - _start)} bytes of a section are missing.");
        }

        return (int)length;
    }

    private async ValueTask<bool> FillAsync(int room, CancellationToken cancellationToken)
    {
        if (_buffer.Length - _start < room)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        int read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += read;
        return read > 0;
    }

    private ReadOnlyMemory<byte> Take(int length)
    {
        _start += length;
        return _buffer.AsMemory(_start - length, length);
    }
}
