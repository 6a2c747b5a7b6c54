namespace Wanda.Ipfs;

/// <summary>Lets through what falls into a stretch of what is written to it.</summary>
internal sealed class WindowStream(Stream stream, long offset, long count) : Stream
{
    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();

    /// <summary>Where the next byte that is written belongs.</summary>
    public override long Position { get; set; }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        long from = Math.Clamp(offset - Position, 0, buffer.Length);
        long to = Math.Clamp(offset + count - Position, from, buffer.Length);
        Position += buffer.Length;
        if (to > from)
            await stream.WriteAsync(buffer[(int)from..(int)to], cancellationToken).ConfigureAwait(false);
    }

    public override Task WriteAsync(byte[] buffer, int start, int length, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(start, length), cancellationToken).AsTask();

    public override void Flush() { }
    public override int Read(byte[] buffer, int start, int length) => throw new NotSupportedException();
    public override long Seek(long position, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int start, int length) => throw new NotSupportedException("CARs are written asynchronously.");
}
