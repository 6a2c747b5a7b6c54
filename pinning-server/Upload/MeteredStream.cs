namespace Wanda.PinningServer;

/// <summary>An upload's body, counted against the size limit and the room that was reserved for it as it comes in.</summary>
internal sealed class MeteredStream(Stream body, Node node, string? session, QuotaLedger ledger, long? limit) : Stream
{
    /// <summary>What is reserved at a time when the caller did not say how much will come, and how often the disk is looked at.</summary>
    public const long Step = 16 << 20;

    private long _reserved;

    /// <summary>Bytes that came.</summary>
    public long Received { get; private set; }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => Received;
        set => throw new NotSupportedException();
    }

    /// <summary>Takes room before the first byte.</summary>
    /// <exception cref="ApiException">413 or 507.</exception>
    public void Reserve(long? contentLength)
    {
        if (contentLength > limit)
            throw UploadLimits.TooLarge(limit.Value);
        Grow(contentLength ?? Math.Min(Step, limit ?? Step));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await body.ReadAsync(buffer, cancellationToken);
        if (Received / Step != (Received + count) / Step)
            ledger.RequireDisk(node.Name, session, Step);
        Received += count;
        if (Received > limit)
            throw UploadLimits.TooLarge(limit.Value);
        if (Received > _reserved)
            Grow(Math.Max(Step, Received - _reserved));
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Requests are read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        ledger.Release(node.Name, _reserved);
        _reserved = 0;
        base.Dispose(disposing);
    }

    private void Grow(long bytes)
    {
        ledger.Reserve(node, session, bytes);
        _reserved += bytes;
    }
}
