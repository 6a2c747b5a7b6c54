using System.Buffers.Binary;

namespace Wanda.Ipfs;

/// <summary>The version 1 that a CAR version 2 holds, after its first eleven bytes; padding and index are left out.</summary>
/// <remarks>Source: the CARv2 specification, "Header": 16 bytes of characteristics, then three little-endian numbers of 8 bytes.</remarks>
/// <param name="stream">The whole; stays the caller's.</param>
/// <param name="begun">What was read of it already, behind the first eleven bytes.</param>
internal sealed class CarV2Stream(Stream stream, ReadOnlyMemory<byte> begun) : Stream
{
    public const int HeadBytes = 40;

    private const int PragmaBytes = 11;
    private const int MaxPadding = 1 << 20;

    private ReadOnlyMemory<byte> _begun = begun;
    private long _left = long.MaxValue;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <returns>Where the version 1 begins, counted from the first byte, and how long it is.</returns>
    /// <exception cref="CarFormatException">Not possible.</exception>
    public static (long Offset, long Size) Decode(ReadOnlySpan<byte> head)
    {
        long offset = BinaryPrimitives.ReadInt64LittleEndian(head[16..]);
        long size = BinaryPrimitives.ReadInt64LittleEndian(head[24..]);
        return offset is >= PragmaBytes + HeadBytes and <= PragmaBytes + HeadBytes + MaxPadding && size is > 0 and < long.MaxValue / 2
            ? (offset, size)
            : throw new CarFormatException($"The CAR version 2 says that its data begins at byte {offset} and has {size} bytes.");
    }

    /// <summary>Goes to where the version 1 begins.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        byte[] head = new byte[HeadBytes];
        await RequireAsync(head, cancellationToken).ConfigureAwait(false);
        var (offset, size) = Decode(head);
        await RequireAsync(new byte[offset - PragmaBytes - HeadBytes], cancellationToken).ConfigureAwait(false);
        _left = size;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        buffer = buffer[..(int)Math.Min(buffer.Length, _left)];
        int read = Math.Min(buffer.Length, _begun.Length);
        _begun[..read].CopyTo(buffer);
        _begun = _begun[read..];
        if (read == 0 && buffer.Length > 0)
            read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _left -= read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("It is read asynchronously; call ReadAsync.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    private async Task RequireAsync(Memory<byte> bytes, CancellationToken cancellationToken)
    {
        if (await this.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false)
            < bytes.Length)
        {
            throw new CarFormatException("The CAR version 2 is cut short in its header.");
        }
    }
}
