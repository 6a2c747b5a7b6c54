namespace Wanda.Notify;

/// <summary>
/// A way to tell a person. Sends one notification at a time or several; what it sends may come twice, when the answer was lost, with the
/// same <see cref="Notification.Id"/>.
/// </summary>
public abstract class NotificationChannel : IDisposable
{
    private readonly SendingOptions _sending;

    /// <summary>For a channel of another kind: <see cref="TryAsync"/> is bounded and tried again as in all of them.</summary>
    /// <param name="name">What the operator knows it by, without a secret.</param>
    /// <param name="sending">How long it tries.</param>
    /// <param name="time">The clock of its waits.</param>
    /// <exception cref="NotificationSettingsException">The options are out of their bounds.</exception>
    protected NotificationChannel(string name, SendingOptions sending, TimeProvider time)
    {
        if (sending.Errors().ToList() is { Count: > 0 } errors)
            throw new NotificationSettingsException(errors);
        (Name, _sending, Time) = (name, sending, time);
    }

    /// <summary>What the operator knows it by, such as <c>ntfy at ntfy.example.org</c>: without a path, which may be a secret.</summary>
    public string Name { get; }

    /// <summary>The clock of its waits.</summary>
    protected TimeProvider Time { get; }

    /// <summary>Sends a notification, again where that may help.</summary>
    /// <param name="notification">What is told.</param>
    /// <param name="cancellationToken">Stops it; it may have got through all the same.</param>
    /// <returns>What the other side answered, one line.</returns>
    /// <exception cref="NotificationException">It did not get through.</exception>
    public async Task<string> SendAsync(Notification notification, CancellationToken cancellationToken = default)
    {
        var wait = _sending.FirstWait;
        for (int tried = 1; ; tried++, wait *= 2)
        {
            try
            {
                return await TryInTimeAsync(notification, cancellationToken).ConfigureAwait(false);
            }
            catch (NotificationException e)
                when (e.IsTransient && tried < _sending.Tries && (e.RetryAfter ?? TimeSpan.Zero) <= _sending.LongestWait)
            {
                await Task.Delay(e.RetryAfter > wait ? e.RetryAfter.Value : wait, Time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Sends it once.</summary>
    /// <param name="notification">What is told.</param>
    /// <param name="cancellationToken">Ends with the time of a try; nothing needs to be said of that.</param>
    /// <returns>What the other side answered, one line without a secret.</returns>
    /// <exception cref="NotificationException">It did not get through; made by <see cref="Failed"/>.</exception>
    protected abstract Task<string> TryAsync(Notification notification, CancellationToken cancellationToken);

    /// <summary>An exception that names this channel.</summary>
    /// <param name="what">What happened, one line without a secret.</param>
    /// <param name="isTransient">Whether the same may get through later without anybody doing anything.</param>
    /// <param name="retryAfter">When the other side says it may be tried again, from now.</param>
    /// <param name="innerException">What was behind it.</param>
    protected NotificationException Failed(
        string what, bool isTransient, TimeSpan? retryAfter = null, Exception? innerException = null) =>
        new($"{Name}: {what}", isTransient, retryAfter, innerException);

    /// <summary>Closes what is open.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes what is open.</summary>
    /// <param name="disposing">True: by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <exception cref="NotificationException">The file cannot be read, or holds no secret.</exception>
    private protected async Task<string?> SecretAsync(string? file, CancellationToken cancellationToken)
    {
        try
        {
            return file is null ? null : await SecretFile.ReadAsync(file, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw Failed(e.Message, isTransient: false, innerException: e);
        }
    }

    private async Task<string> TryInTimeAsync(Notification notification, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(_sending.Timeout, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await TryAsync(notification, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Whatever was thrown: what was under way was cut off.
            throw Failed($"there was no answer within {_sending.Timeout.TotalSeconds:0} s.", isTransient: true, innerException: e);
        }
    }
}
