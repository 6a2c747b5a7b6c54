namespace Wanda.Destinations.Sftp;

/// <summary>Writes a remote file from its start; several pieces are under way at once, so that a long line is kept full.</summary>
internal sealed class SftpWriteStream(SftpSession session, ReadOnlyMemory<byte> handle) : OneWayStream
{
    private const byte WriteRequest = 6;
    private const int Piece = 32 * 1024, Ahead = 32;

    private readonly Queue<Task<SftpAnswer>> _underWay = new();
    private long _offset;

    public override bool CanWrite => true;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (; buffer.Length > 0; buffer = buffer[Math.Min(Piece, buffer.Length)..])
        {
            if (_underWay.Count == Ahead)
                await OldestAsync();
            var (at, piece) = (_offset, buffer[..Math.Min(Piece, buffer.Length)]);
            // The bytes are copied into the request before this returns: the buffer is its owner's again.
            _underWay.Enqueue(session.AskAsync(WriteRequest, r => r.Data(handle.Span).Long(at).Data(piece.Span), cancellationToken));
            _offset += piece.Length;
        }
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        while (_underWay.Count > 0)
            await OldestAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        while (_underWay.TryDequeue(out var left))
            await ((Task)left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task OldestAsync() => SftpVolume.Check(await _underWay.Dequeue(), "write");
}
