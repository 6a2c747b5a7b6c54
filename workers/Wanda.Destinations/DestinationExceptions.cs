namespace Wanda.Destinations;

/// <summary>
/// A destination is down, overloaded, or refuses us (bad token, quota): nothing is wrong with the frame. Its queue is paused (law 4).
/// </summary>
/// <param name="words">What happened and what to do, as a sentence in which "it" is the destination.</param>
/// <param name="retryAfter">How long it asked us to wait; null when it did not say.</param>
/// <param name="needsOperator">Whether waiting alone will not heal it.</param>
/// <param name="inner">The cause.</param>
/// <param name="destination">Its name, for those who read the message alone; null where that is said elsewhere.</param>
public sealed class DestinationDownException(
    string words, TimeSpan? retryAfter = null, bool needsOperator = false, Exception? inner = null, string? destination = null)
    : Exception(destination is null ? words : $"{destination}: {words}", inner)
{
    /// <summary>The same without its name, for those who have said it.</summary>
    public string Words { get; } = words;

    public TimeSpan? RetryAfter { get; } = retryAfter;

    public bool NeedsOperator { get; } = needsOperator;
}

/// <summary>
/// A destination does not hold what it said it took, or holds other bytes. It gets the item again; until it proves it, nothing is released.
/// </summary>
public sealed class NotHeldException(string message) : Exception(message);
