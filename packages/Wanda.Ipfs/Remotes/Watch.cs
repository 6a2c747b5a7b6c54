namespace Wanda.Ipfs;

/// <summary>Ends a conversation in which nothing moves any more: each byte that goes through starts the time anew.</summary>
internal sealed class Watch : IDisposable
{
    private readonly RemoteEndpoint _endpoint;
    private readonly TimeProvider _time;
    private readonly TimeSpan _work;
    private TimeSpan _given;
    private long _since;
    private readonly CancellationTokenSource _silence;
    private readonly CancellationTokenSource _both;

    /// <param name="endpoint">With whom.</param>
    /// <param name="time">The clock.</param>
    /// <param name="work">What the remote needs before it answers, beyond its patience.</param>
    /// <param name="cancellationToken">The caller's own.</param>
    public Watch(RemoteEndpoint endpoint, TimeProvider time, TimeSpan work, CancellationToken cancellationToken)
    {
        (_endpoint, _time, _work) = (endpoint, time, work);
        _given = endpoint.Patience;
        Asked = cancellationToken;
        _silence = new(endpoint.Patience, time);
        _both = CancellationTokenSource.CreateLinkedTokenSource(_silence.Token, cancellationToken);
    }

    public CancellationToken Token => _both.Token;

    /// <summary>The caller's own token.</summary>
    public CancellationToken Asked { get; }

    public void Progress() => Give(_endpoint.Patience);

    /// <summary>All was sent: the remote works, and answers.</summary>
    public void Sent() => Give(_endpoint.Patience + _work);

    /// <summary>Before a piece goes out: our own waiting for a turn is not the remote's.</summary>
    public ValueTask SendingAsync(int bytes, CancellationToken cancellationToken) =>
        _endpoint.Sending?.Invoke(bytes, cancellationToken) ?? ValueTask.CompletedTask;

    /// <summary>The remote's turn begins.</summary>
    public void Wait()
    {
        _since = _time.GetTimestamp();
        Progress();
    }

    /// <summary>The time that the consumer takes is not the remote's. Tells how long the remote's turn was.</summary>
    public TimeSpan Pause()
    {
        _silence.CancelAfter(Timeout.InfiniteTimeSpan);
        return _time.GetElapsedTime(_since);
    }

    /// <summary>What a failure of the conversation is told as; null when it is none of the remote's.</summary>
    public RemoteException? Explain(Exception e) => e switch
    {
        RemoteException => null,
        _ when Asked.IsCancellationRequested => null,
        _ when _silence.IsCancellationRequested =>
            new(_endpoint.Name, RemoteFailure.Unavailable, $"made no progress for {_given.TotalSeconds:0.##} s.", e)
            {
                WasWaitedFor = true,
            },
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.InvalidResponse } =>
            new(_endpoint.Name, RemoteFailure.Malformed, $"does not answer as HTTP does: {e.Message}", e),
        // Nobody here stopped it: the connection did.
        HttpRequestException or IOException or OperationCanceledException =>
            new(_endpoint.Name, RemoteFailure.Unavailable, $"cannot be reached, or broke off: {e.Message}", e),
        _ => null,
    };

    private void Give(TimeSpan time)
    {
        _given = time;
        _silence.CancelAfter(time);
    }

    public void Dispose()
    {
        _both.Dispose();
        _silence.Dispose();
    }
}
