using System.Buffers;

namespace Wanda.Ipfs;

/// <summary>
/// A CAR in a stream that can seek, version 1 or the one inside a version 2, as a source of blocks. What lies where is learnt only as far
/// as it is asked for: who wants the blocks in the order of the CAR reads it from end to end and never seeks.
/// </summary>
/// <remarks>Source: the CARv1 and CARv2 specifications. The stream stays the caller's. One caller at a time.</remarks>
public sealed class CarSource : IBlockSource
{
    private const int HeadBytes = Varint.MaxBytes + Cid.MaxBytes;

    private readonly Stream _stream;
    private readonly Dictionary<Cid, (long Offset, int Length)> _found = [];
    private long _scanned;
    private long _end = long.MaxValue;

    private CarSource(Stream stream) => _stream = stream;

    /// <summary>The roots that the header names. Nothing says that they are there, or that the DAG is whole.</summary>
    public IReadOnlyList<Cid> Roots { get; private set; } = [];

    /// <summary>Reads the header, from the start of the stream.</summary>
    /// <exception cref="CarFormatException">Not a CAR version 1, or a header above 64 KiB.</exception>
    public static async Task<CarSource> OpenAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        var source = new CarSource(stream);
        if (await source.HeaderAsync(cancellationToken).ConfigureAwait(false) is { } roots)
        {
            source.Roots = roots;
            return source;
        }

        byte[] head = new byte[CarV2Stream.HeadBytes];
        await source.DataAsync(head, ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        var (offset, size) = CarV2Stream.Decode(head);
        source._scanned = offset;
        source._end = offset + size;
        source.Go(offset);
        source.Roots = await source.HeaderAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new CarFormatException("The CAR version 2 holds another one; it should hold a version 1.");
        return source;
    }

    /// <inheritdoc/>
    public async ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            int length = _found.TryGetValue(cid, out var known)
                ? await AgainAsync(known.Offset, known.Length, buffer, cancellationToken).ConfigureAwait(false)
                : await ScanAsync(cid, buffer, cancellationToken).ConfigureAwait(false)
                    ?? throw new BlockNotFoundException(cid, "the CAR does not have it.");
            return Block.Verify(cid, buffer[..length]);
        }
        catch (Exception e) when (e is CarFormatException or BlockMismatchException)
        {
            throw new BlockNotFoundException(cid, $"the CAR is damaged: {e.Message}", damaged: true, e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken)
    {
        if (!_found.ContainsKey(cid))
        {
            try
            {
                await ScanAsync(cid, Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
            }
            catch (CarFormatException)
            {
                // What lies behind the damage is not here.
            }
        }

        return _found.TryGetValue(cid, out var known) ? known.Length : null;
    }

    // Null for the beginning of a version 2. The next byte is the one behind it.
    private async Task<IReadOnlyList<Cid>?> HeaderAsync(CancellationToken cancellationToken)
    {
        byte[] head = new byte[HeadBytes];
        var at = await LengthAsync(head, CarHeader.MaxBytes, cancellationToken).ConfigureAwait(false)
            ?? throw new CarFormatException("The CAR is empty.");
        byte[] header = new byte[at.Length];
        await DataAsync(header, head.AsMemory(at.Used, at.Read - at.Used), cancellationToken).ConfigureAwait(false);
        _scanned += at.Used + header.Length;
        Go(_scanned);
        return CarHeader.Decode(header);
    }

    private async Task<int> AgainAsync(long offset, int length, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        Go(offset);
        await DataAsync(Room(buffer, length), ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        return length;
    }

    /// <summary>Goes on from where the last scan ended. The block's bytes are read on the way when there is room for them.</summary>
    /// <returns>The block's length; null when the CAR ends without it.</returns>
    private async Task<int?> ScanAsync(Cid wanted, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        byte[] head = ArrayPool<byte>.Shared.Rent(HeadBytes);
        try
        {
            for (Go(_scanned); _scanned < _end && await LengthAsync(head.AsMemory(0, HeadBytes), Cid.MaxBytes + Block.MaxBytes,
                cancellationToken).ConfigureAwait(false) is { } at; Go(_scanned))
            {
                var cid = Read(head.AsSpan(at.Used, Math.Min(at.Length, at.Read - at.Used)), out int cidLength);
                long offset = _scanned + at.Used + cidLength;
                int length = at.Length - cidLength;
                _found.TryAdd(cid, (offset, length));
                _scanned = offset + length;
                if (cid == wanted)
                {
                    if (!buffer.IsEmpty)
                    {
                        int begun = at.Used + cidLength;
                        await DataAsync(Room(buffer, length), head.AsMemory(begun, Math.Min(length, at.Read - begun)),
                            cancellationToken).ConfigureAwait(false);
                    }

                    return length;
                }
            }

            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(head);
        }
    }

    /// <returns>A section's length, where it begins in <paramref name="head"/> and how much of that was read; null at the end.</returns>
    private async ValueTask<(int Length, int Used, int Read)?> LengthAsync(
        Memory<byte> head, int limit, CancellationToken cancellationToken)
    {
        int read = await _stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (read == 0)
            return null;
        int used = Varint.TryRead(head.Span[..read], out ulong length);
        return used > 0 && length > 0 && length <= (ulong)limit
            ? ((int)length, used, read)
            : throw new CarFormatException($"the length at byte {_scanned} is cut short, malformed or outside of 1 to {limit}.");
    }

    /// <param name="data">To be filled.</param>
    /// <param name="begun">Its first bytes, which are there already.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    private async ValueTask DataAsync(Memory<byte> data, ReadOnlyMemory<byte> begun, CancellationToken cancellationToken)
    {
        begun = begun[..Math.Min(begun.Length, data.Length)];
        begun.CopyTo(data);
        var rest = data[begun.Length..];
        if (await _stream.ReadAtLeastAsync(rest, rest.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false)
            < rest.Length)
        {
            throw new CarFormatException("it is cut short.");
        }
    }

    private void Go(long offset)
    {
        if (_stream.Position != offset)
            _stream.Position = offset;
    }

    private static Memory<byte> Room(Memory<byte> buffer, int length) => length <= buffer.Length
        ? buffer[..length]
        : throw new CarFormatException($"a block of {length} bytes is longer than the {buffer.Length} that were expected.");

    private static Cid Read(ReadOnlySpan<byte> section, out int length)
    {
        try
        {
            return Cid.Read(section, out length);
        }
        catch (CidFormatException e)
        {
            throw new CarFormatException($"a section does not begin with a CID: {e.Message}");
        }
    }
}
