namespace Wanda.Destinations.Sftp;

/// <summary>Reads a remote file; from end to end several pieces are asked for ahead, and going elsewhere starts anew.</summary>
internal sealed class SftpReadStream(SftpSession session, ReadOnlyMemory<byte> handle, long length, Func<Task> close) : OneWayStream
{
    private const byte ReadRequest = 5, DataAnswer = 103;
    private const int Piece = 32 * 1024, Ahead = 32;

    private readonly Queue<Task<SftpAnswer>> _underWay = new();
    private ReadOnlyMemory<byte> _current;
    private long _position;
    private long _asked;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set
        {
            (_position, _asked, _current) = (value, value, ReadOnlyMemory<byte>.Empty);
            _underWay.Clear(); // their answers come, and nobody waits for them
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_current.IsEmpty && _position < length)
            _current = await NextAsync(cancellationToken);
        var count = Math.Min(buffer.Length, _current.Length);
        _current[..count].CopyTo(buffer);
        _current = _current[count..];
        _position += count;
        return count;
    }

    public override async ValueTask DisposeAsync()
    {
        while (_underWay.TryDequeue(out var left))
            await ((Task)left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await close();
    }

    private async Task<ReadOnlyMemory<byte>> NextAsync(CancellationToken cancellationToken)
    {
        for (; _underWay.Count < Ahead && _asked < length; _asked += Piece)
        {
            var at = _asked;
            _underWay.Enqueue(session.AskAsync(ReadRequest, r => r.Data(handle.Span).Long(at).Int(Piece), cancellationToken));
        }

        var expected = Math.Min(Piece, length - _position);
        var answer = await _underWay.Dequeue();
        if (answer.Type != DataAnswer)
            SftpVolume.Check(answer, "read");
        var data = answer.Data();
        if (data.Length == expected)
            return data;
        // Fewer than asked for is allowed: what is missing is asked for before what follows it.
        var at0 = _position;
        Position = at0 + data.Length;
        _position = at0;
        return data.Length is > 0 and <= Piece ? data : throw new IOException("the SFTP server ended a file before its length");
    }
}
