namespace Wanda.Notify;

/// <summary>
/// A notification did not get through. The message names the channel, says what happened and where it can what to do, is one line, and has
/// no secret in it: neither a token nor a password, nor the path of an address.
/// </summary>
public sealed class NotificationException : IOException
{
    /// <summary>It did not get through.</summary>
    /// <param name="message">What happened, for the operator.</param>
    /// <param name="isTransient">Whether the same may get through later without anybody doing anything.</param>
    /// <param name="retryAfter">When the other side says it may be tried again, from now; null when it does not say.</param>
    /// <param name="innerException">What was behind it. Not for the operator: it may hold what the message leaves out.</param>
    public NotificationException(string message, bool isTransient, TimeSpan? retryAfter = null, Exception? innerException = null)
        : base(message, innerException) => (IsTransient, RetryAfter) = (isTransient, retryAfter);

    /// <summary>Whether the same may get through later without anybody doing anything.</summary>
    public bool IsTransient { get; }

    /// <summary>When the other side says it may be tried again, from now; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; }
}
