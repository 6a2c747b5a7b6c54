using Wanda.Hosting;

namespace Wanda.Destinations;

/// <summary>
/// What an HTTP status means for a destination of any kind, decided once (law 4): an outage heals by waiting, a refusal wants the operator, and
/// only what is said of the item itself is poison.
/// </summary>
internal static class Refusal
{
    /// <param name="name">The destination.</param>
    /// <param name="status">The status, 300 or more.</param>
    /// <param name="words">What it said, on one line.</param>
    /// <param name="retryAfter">How long it asks to be left alone.</param>
    /// <param name="what">What was asked, such as the frame's name.</param>
    /// <param name="kind">What should be at that address.</param>
    public static Exception Of(string name, int status, string words, TimeSpan? retryAfter, string what, string kind) => status switch
    {
        401 or 403 => Operator(
            $"{name} refuses our token ({status}): {words} Ask its operator for a new one and write it to its \"tokenFile\" or \"token\".", retryAfter),
        402 or 507 => Operator($"{name} has no room for us ({status}): {words} Ask its operator for more.", retryAfter),
        413 => Operator(
            $"{name} takes no upload of this size (413): {words} Ask its operator to raise the limit, often \"client_max_body_size\" of the nginx before it.", retryAfter),
        415 => Operator($"{name} does not take what we send (415): {words} Check that its \"kind\" and \"url\" are right.", retryAfter),
        // A captive portal, a server that moved, a wrong address: nothing that is said of the frame.
        404 or 405 or 410 or (>= 300 and < 400) => Operator($"{name} is not {kind} at this address ({status}): {words} Check its \"url\".", retryAfter),
        408 => new DestinationDownException($"{name} gave up waiting (408): {words}", retryAfter),
        429 => new DestinationDownException($"{name} asks us to slow down (429): {words}", retryAfter),
        >= 500 => new DestinationDownException($"{name} is not well ({status}): {words}", retryAfter),
        _ => new PoisonException($"{name} will not take {what} ({status}): {words}"),
    };

    private static DestinationDownException Operator(string message, TimeSpan? retryAfter) => new(message, retryAfter, needsOperator: true);
}
