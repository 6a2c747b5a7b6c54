namespace Wanda.Ipfs;

/// <summary>
/// An answer whose head is good, and whose body is read under watch: no progress, too little of it, a cut or an error in its trailer throws
/// a <see cref="RemoteException"/>.
/// </summary>
internal sealed class RemoteAnswer(HttpResponseMessage response, Stream body, Watch watch, RemoteEndpoint endpoint) : Stream
{
    // Kubo's way to tell that a stream that began well did not end well.
    private const string StreamError = "X-Stream-Error";

    private Pace? _pace;

    public HttpResponseMessage Response { get; } = response;

    /// <summary>What the head says of the body's length, in bytes; null when it does not.</summary>
    public long? BodyLength => Response.Content.Headers.ContentLength;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>
    /// It is content, and comes no slower than <see cref="RemoteEndpoint.MinReadRate"/>; what tells of progress may be slower.
    /// </summary>
    public RemoteAnswer AsContent()
    {
        _pace = new Pace(endpoint.MinReadRate, endpoint.Patience);
        return this;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int read;
        // Whoever was given the stream to keep reads it under a token of his own.
        using var own = cancellationToken == watch.Asked || !cancellationToken.CanBeCanceled
            ? null
            : CancellationTokenSource.CreateLinkedTokenSource(watch.Token, cancellationToken);
        watch.Wait();
        try
        {
            read = await body.ReadAsync(buffer, own?.Token ?? watch.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && watch.Explain(e) is { } failure)
        {
            throw failure;
        }

        var waited = watch.Pause();
        if (read > 0 && _pace?.Took(read, waited) is { } slow)
            throw new RemoteException(endpoint.Name, RemoteFailure.Unavailable, slow) { WasWaitedFor = true };
        if (read == 0 && !buffer.IsEmpty && Response.TrailingHeaders.TryGetValues(StreamError, out var errors))
        {
            throw new RemoteException(endpoint.Name, RemoteFailure.Rejected,
                $"broke its answer off: {RemoteHttp.Clean(endpoint, string.Join(' ', errors))}");
        }

        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Remotes are read asynchronously.");
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>The whole body; more than <paramref name="limit"/> bytes are refused.</summary>
    public async Task<byte[]> AllAsync(int limit, CancellationToken cancellationToken)
    {
        var all = new MemoryStream();
        byte[] buffer = new byte[16 * 1024];
        for (int read; (read = await ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            all.Write(buffer, 0, read);
            if (all.Length > limit)
                throw new RemoteException(endpoint.Name, RemoteFailure.Malformed, $"answered with more than {limit} bytes.");
        }

        return all.ToArray();
    }

    protected override void Dispose(bool disposing)
    {
        Response.Dispose();
        watch.Dispose();
        base.Dispose(disposing);
    }
}
