namespace Wanda.Hosting;

/// <summary>
/// A message that no retry can help: it goes to the error queue with this message as its cause (law 4). Everything else that a consumer
/// throws is taken for an outage or a passing fault, and is redelivered for as long as it takes.
/// </summary>
public class PoisonException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Something this work needs is not there now. It is tried again, not sooner than <see cref="RetryAfter"/>.</summary>
public class NotNowException(string message, TimeSpan retryAfter, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>How long to wait at least.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}

/// <summary>Looks through an exception and its causes: a classified one may be wrapped, and has a cause of its own.</summary>
public static class ExceptionChain
{
    /// <summary>The first of that type, the exception itself included; null when there is none.</summary>
    public static T? Find<T>(this Exception? e)
        where T : Exception
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is T found)
                return found;
        }

        return null;
    }
}
