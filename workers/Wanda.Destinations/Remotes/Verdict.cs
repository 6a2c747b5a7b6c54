using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations;

/// <summary>
/// What the failure of a remote means for a destination of any kind, decided once (law 4): an outage heals by waiting, a refusal wants the
/// operator, what arrived damaged is sent again, and only what is said of the item itself is poison.
/// </summary>
internal static class Verdict
{
    /// <summary>While something is sent, or asked for.</summary>
    /// <param name="name">The destination.</param>
    /// <param name="e">The failure.</param>
    /// <param name="what">What was asked, such as the frame's name.</param>
    /// <param name="kind">What should be at that address, such as <c>a pinning service</c>.</param>
    public static Exception Of(string name, RemoteException e, string what, string kind)
    {
        var (status, words) = ((int?)e.Status, e.Said ?? e.Detail);
        return (status, e.Reason) switch
        {
            (null, _) when e.Failure == RemoteFailure.Unavailable => Down(name, e, $"it {e.Detail}"),
            (null, _) => Operator(name, e, $"it {e.Detail} That is no answer of {kind}. Check its address."),
            // What arrived is not what was read and verified here: the line did that, and the next try may be luckier.
            (400, "BAD_CAR" or "BAD_DAG" or "DAG_INCOMPLETE") => new NotHeldException($"what reached it is damaged ({e.Reason}): {words}"),
            // Its store does not let go of one of this frame's blocks; the others it takes.
            (503, "BLOCK_DAMAGED") => new NotHeldException($"it cannot take this one until its operator mends it: {words}"),
            // Said by the service itself, this is about the frame: it will never fit. A proxy's 413 is about its own limit.
            (413, "PAYLOAD_TOO_LARGE") => new PoisonException($"{name} will not take {what} (413): {words}"),
            // The Pinning Service API's own word for an account that is full or not paid.
            (402 or 507, _) or ( < 500, "INSUFFICIENT_FUNDS") =>
                Operator(name, e, $"it has no room for us ({status}): {words} Ask its operator for more."),
            (401 or 403, _) => Operator(
                name, e,
                $"it refuses our token ({status}): {words} Ask its operator for a new one and write it to its \"tokenFile\" or \"token\"."),
            (413, _) => Operator(
                name, e, $"it takes no upload of this size (413): {words} Ask its operator to raise the limit, often "
                    + "\"client_max_body_size\" of the nginx before it."),
            (415, _) => Operator(name, e, $"it does not take what we send (415): {words} Check that its \"kind\" and \"url\" are right."),
            // A captive portal, a server that moved, a wrong address: nothing that is said of the frame.
            (404 or 405 or 410 or (>= 300 and < 400), _) =>
                Operator(name, e, $"it is not {kind} at this address ({status}): {words} Check its \"url\"."),
            (408, _) => Down(name, e, $"it gave up waiting (408): {words}"),
            (429, _) => Down(name, e, $"it asks us to slow down (429): {words}"),
            ( >= 500, _) => Down(name, e, $"it is not well ({status}): {words}"),
            _ => new PoisonException($"{name} will not take {what} ({status}): {words}"),
        };
    }

    /// <summary>While a copy is read back: what is not there, or is nonsense, is a copy that it does not hold.</summary>
    public static Exception WhileReading(string name, RemoteException e) =>
        e.Failure switch
        {
            RemoteFailure.NotFound or RemoteFailure.Malformed => new NotHeldException(e.Message),
            RemoteFailure.Denied =>
                Operator(name, e, $"its gateway {e.Detail} Write its own token to \"gatewayToken\" or \"gatewayTokenFile\"."),
            _ => Of(name, e, "a request", "a gateway"),
        };

    /// <summary>It is down, and heals by waiting.</summary>
    public static DestinationDownException Down(string name, RemoteException e, string what) =>
        new(what, e.RetryAfter, inner: e, destination: name);

    /// <summary>It refuses, and somebody has to do something about it.</summary>
    public static DestinationDownException Operator(string name, RemoteException e, string what) =>
        new(what, e.RetryAfter, needsOperator: true, e, name);
}
