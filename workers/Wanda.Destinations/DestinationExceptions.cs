namespace Wanda.Destinations;

/// <summary>
/// A destination is down, overloaded, or refuses us (bad token, quota): nothing is wrong with the frame. Its queue is paused (law 4).
/// </summary>
/// <param name="message">What happened and what to do, for the operator.</param>
/// <param name="retryAfter">How long it asked us to wait; null when it did not say.</param>
/// <param name="needsOperator">Whether waiting alone will not heal it.</param>
/// <param name="inner">The cause.</param>
public sealed class DestinationDownException(
    string message, TimeSpan? retryAfter = null, bool needsOperator = false, Exception? inner = null)
    : Exception(message, inner)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;

    public bool NeedsOperator { get; } = needsOperator;
}

/// <summary>
/// A destination does not hold what it said it took, or holds other bytes. It gets the item again; until it proves it, nothing is released.
/// </summary>
public sealed class NotHeldException(string message) : Exception(message);
