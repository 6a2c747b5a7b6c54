using System.Net;

namespace Wanda.Ipfs;

/// <summary>
/// A request body that is written as it is made, under the request's watch: the time that the making takes is not the remote's.
/// </summary>
/// <param name="length">Its length in bytes; null when it is not known.</param>
/// <param name="write">Writes it; called once for each time that the request is sent.</param>
internal sealed class StreamedContent(long? length, Func<Stream, CancellationToken, Task> write) : HttpContent
{
    // Small enough that a slow line shows progress with each, and that a cap is kept evenly.
    private const int Piece = 64 * 1024;

    /// <summary>A DAG as a CAR, each block verified as it is read.</summary>
    public static StreamedContent OfCar(
        Cid root, IReadOnlyList<BlockInfo> blocks, IBlockSource source, bool asksFirst = false, SeenBlock? seen = null)
    {
        var length = CarWriter.LengthOf([root], blocks);
        return new(length, (stream, cancellationToken) =>
            CarWriter.WriteRangeAsync(stream, [root], blocks, source, 0, length, seen, cancellationToken))
        {
            AsksFirst = asksFirst,
            Headers = { ContentType = new("application/vnd.ipld.car") },
        };
    }

    /// <summary>Whether it waits for the remote's word to go on, so that a refusal comes before it and not after.</summary>
    public bool AsksFirst { get; init; }

    /// <summary>Set by whoever sends it.</summary>
    public Watch? Watch { get; set; }

    /// <summary>Why there was no more to send, when that ended the request; nothing that the remote did.</summary>
    public Exception? SourceFailure { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var outlet = new Outlet(stream, Watch);
        try
        {
            Watch?.Pause();
            await write(outlet, cancellationToken).ConfigureAwait(false);
            Watch?.Sent();
        }
        catch (Exception e) when (!outlet.Broken && e is not OperationCanceledException)
        {
            SourceFailure = e;
            throw;
        }
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length ?? 0;
        return length is not null;
    }

    private sealed class Outlet(Stream stream, Watch? watch) : Stream
    {
        public bool Broken { get; private set; }

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            for (; buffer.Length > 0; buffer = buffer[Math.Min(Piece, buffer.Length)..])
            {
                var piece = buffer[..Math.Min(Piece, buffer.Length)];
                if (watch is not null)
                    await watch.SendingAsync(piece.Length, cancellationToken).ConfigureAwait(false);
                await SendAsync(piece, cancellationToken).ConfigureAwait(false);
            }
        }

        private async Task SendAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
        {
            try
            {
                watch?.Progress();
                await stream.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
                watch?.Pause();
            }
            catch
            {
                Broken = true;
                throw;
            }
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush() { }
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) =>
            throw new NotSupportedException("Remotes are written asynchronously.");
    }
}
